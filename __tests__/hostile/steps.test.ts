import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answers, isQuery } from '../../support/local-github/index.js';
import { recordOf, type PlantedOwner } from '../../support/records.js';
import type { StepResult } from '../../support/runner.js';
import { createWorld, STATE_BRANCH, type World } from '../../support/world.js';
import { insistPlain } from './arbitraries.js';

/** A handful of hostile things through the built action, main and log and files and all. */

const TOKEN = 'token-octocat';
const LIVE =
  '\u001b[31m::error::pwned\n::set-env name=A::b\n##[error]pwned\u202e<img src=x>[a](https://evil.test)|`@octocat';

/** The same as far as it may stand in a record: all of it can be printed. */
const PRINTED = '::error::pwned ::set-env name=A::b ##[error]pwned <img src=x>[a](https://evil.test)|`@octocat';

let world: World;

beforeAll(async () => {
  world = await createWorld();
});

afterAll(async () => {
  const { violations } = world.github;
  await world.close();
  expect(violations).toEqual([]);
});

/** One clear end: an exit code, `owned`, one annotation at most, and nothing live anywhere. */
function insistHarmless(step: StepResult): void {
  expect(step.outputs['owned']).toMatch(/^(?:true|false)$/);
  expect(step.stderr).toBe('');
  insistPlain(step.outputs['message'] ?? '', 8_001);
  const commands = step.stdout.split(/\r\n|[\n\r]/).filter((line) => /^\s*::|##\[/.test(line));
  expect(commands.filter((line) => !/^::(?:add-mask|error|warning|notice|debug)[ :]/.test(line))).toEqual([]);
  expect(commands.filter((line) => line.startsWith('::error'))).toHaveLength(step.exitCode === 0 ? 0 : 1);
  insistPlain(step.summary.replaceAll('\n', ' '), 20_000);
  expect(step.summary.replace(/\]\(http\S*\)/g, ']')).not.toMatch(
    /<img|\[a\]\(|(?<![\\`])`(?!``)|@octocat|evil\.test\)/,
  );
  for (const line of step.stdout.trimEnd().split('\n')) expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  const masked = step.stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'));
  expect(JSON.stringify([masked, step.outputs, step.summary, step.state])).not.toContain(TOKEN);
}

describe('through the built action', () => {
  it('a hostile record is told harmlessly, by status and by refusal', async () => {
    const url = 'https://evil.test/[a](b)<img>';
    const holder = { workflowRunId: null, workflow: PRINTED, job: PRINTED, actor: PRINTED, url };
    const event = {
      type: PRINTED,
      runId: PRINTED,
      previousRunId: PRINTED,
      at: LIVE,
      reason: LIVE,
      fencingToken: 1,
      id: PRINTED,
    };
    const signals = [{ runId: PRINTED, fencingToken: 1, reason: LIVE }];
    await world.plant(recordOf({ owner: { runId: PRINTED, holder }, history: [event], signals }));
    for (const command of ['status', 'claim', 'check', 'release']) {
      const step = await world.step(command, { with: { supersede: 'never', reason: LIVE } });
      insistHarmless(step);
      expect(step.exitCode).toBe(command === 'status' ? 0 : 1);
      expect(step.outputs['owner-run-id']).toBe(PRINTED);
      expect(step.outputs['owner-url']).toBe(url);
    }
  });

  // Case T8: who echoes an output must not speak to the runner by it.
  it.each<[string, PlantedOwner]>([
    ['run id', { runId: LIVE }],
    ['address', { holder: { url: `https://evil.test/${LIVE}` } }],
    ['workflow', { holder: { workflow: LIVE } }],
  ])('a record with line breaks in its %s is one clear error, whoever asks', async (_name, owner) => {
    const head = await world.plant(recordOf({ owner }));
    for (const command of ['status', 'claim', 'check', 'takeover', 'release']) {
      const step = await world.step(command);
      insistHarmless(step);
      expect(step.outputs).toMatchObject({
        owned: 'false',
        error: 'state_corrupt',
        'owner-run-id': '',
        'owner-url': '',
      });
    }
    expect(await world.repository.head(STATE_BRANCH)).toBe(head);
  });

  it('what was said about a takeover is stored as data, and told harmlessly', async () => {
    await world.plant(recordOf({ owner: { runId: 'other', holder: null } }));
    const step = await world.step('takeover', { with: { reason: LIVE }, workflow: LIVE, job: LIVE });
    insistHarmless(step);
    expect(step.outputs).toMatchObject({ owned: 'true', status: 'taken_over' });
    const [commit] = await world.repository.log(STATE_BRANCH);
    for (const line of commit?.message.trimEnd().split('\n') ?? []) insistPlain(line, 700);
    expect((await world.record())?.history.at(-1)?.reason).toBe(LIVE);
  });

  it.each([
    ['a broken record', '{"schemaVersion": 3, "\u001b::error::'],
    ['a nested record', '['.repeat(100_000) + ']'.repeat(100_000)],
  ])('%s is one clear error', async (_name, content) => {
    await world.plant(content);
    const head = await world.repository.head(STATE_BRANCH);
    const step = await world.step('claim');
    insistHarmless(step);
    expect(step.outputs).toMatchObject({ owned: 'false', error: 'state_corrupt' });
    expect(await world.repository.head(STATE_BRANCH)).toBe(head);
  });

  it('GitHub’s own words are told harmlessly', async () => {
    world.github.faults.next(
      isQuery(),
      answers({ status: 403, body: { message: `${LIVE} for ${'x'.repeat(5_000)}` } }),
    );
    const step = await world.step('claim');
    insistHarmless(step);
    expect(step.outputs).toMatchObject({ owned: 'false', error: 'permission_denied' });
  });

  it('an event that is none, and inputs that are none, are one clear error each', async () => {
    const event = await world.step('claim', {
      event: { name: LIVE.replaceAll('\n', ' '), payload: '{"pull_request":' },
    });
    insistHarmless(event);
    expect(event.outputs).toMatchObject({ owned: 'false', error: 'target_unresolved' });
    const inputs = await world.step('claim', { with: { timeout: LIVE, pr: LIVE, 'run-id': LIVE } });
    insistHarmless(inputs);
    expect(inputs.outputs).toMatchObject({ owned: 'false', error: 'invalid_input' });
  });
});
