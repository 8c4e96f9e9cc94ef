import { describe, expect, test } from '@jest/globals';
import { holderOf, minutesAgo, recordOf } from '../../support/records.js';
import type { StepResult } from '../../support/runner.js';
import { onStage, trailersOf } from '../support/scenario.js';
import { RECORD_PATH, STATE_BRANCH } from '../../support/world.js';

/** Text that tries to be markup, a command to the runner, a link, a mention, a colour, or another line. */
const HOSTILE = [
  '<img src=x onerror=pwned>',
  '</td></table><h1>pwned</h1>',
  '<!-- pwned',
  '[pwned](javascript:pwned)',
  '![pwned](https://evil.test/pwned.png)',
  'https://evil.test/pwned',
  'www.evil.test',
  '**pwned** __pwned__ ~~pwned~~ `pwned`',
  '| pwned | pwned |',
  '```\n# pwned\n- pwned\n> pwned',
  '@octocat',
  '::error::pwned',
  '\n::set-output name=owned::true',
  '\r\n::add-mask::pwned',
  '##[error]pwned',
  '\n##[group]pwned',
  '\u001b[31mpwned\u001b[0m',
  '\u202epwned\u2066',
  '\u2028::error::pwned',
  '%0A::error::pwned',
  '$(pwned) ${{ github.token }}',
  '&lt;script&gt;',
];

/** What may stand where a name or a run id stands: printable text. A reason may be anything. */
const STORABLE = HOSTILE.filter((text) => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text));

/** Control characters other than line breaks, line separators, and marks that turn the direction of writing. */
const ODD = /[^\P{Cc}\n]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** What a person sees in the log: no line begins with a command that this step did not mean. */
function expectHarmlessLog({ stdout }: StepResult): void {
  for (const line of stdout.split(/\r\n|\n|\r/)) {
    const [, command] = /^\s*(?:::|##\[)([\w-]+)/.exec(line) ?? [];
    if (command !== undefined) expect(['add-mask', 'error', 'warning', 'notice', 'debug']).toContain(command);
    if (command === 'add-mask') expect(line).toBe('::add-mask::token-octocat');
  }
  expect(stdout).not.toContain('##[');
  expect(stdout).not.toMatch(ODD);
}

/** At most one annotation each of what this step says itself; none of them is the hostile text alone. */
function expectHarmlessAnnotations({ annotations }: StepResult): void {
  for (const { message } of annotations) {
    expect(message).not.toMatch(/^pwned/);
    expect(message).not.toContain('\n');
  }
  expect(annotations.filter(({ level }) => level === 'error').length).toBeLessThanOrEqual(1);
}

/** What is left of the summary once escaped punctuation and our own links and snippets are taken away. */
function expectHarmlessSummary({ summary }: StepResult, ownServer: string): void {
  const bare = summary
    .replace(/```console\n[^`]*```/g, '')
    .replace(/\\[!-/:-@[-`{-~]/g, '')
    .replace(/&(?:amp|lt|gt|#\d+);/g, '');
  for (const [, address = ''] of bare.matchAll(/\]\(([^)]*)\)/g)) {
    expect([ownServer, 'https://github.test']).toContain(new URL(address).origin);
  }
  const text = bare.replace(/\]\([^)]*\)/g, ']');
  expect(text).not.toMatch(/[<>`~@]/);
  expect(text).not.toMatch(/https?:\/\/|www\./);
  expect(text.replace(/^\*\*(?:Next step|Refused):\*\*/gm, '')).not.toMatch(/\*|_pwned/);
  expect(text).not.toMatch(/!\[/);
  expect(text).not.toMatch(/^\s*(?:#(?!## )|> |- pwned)/m);
  expect(text).not.toMatch(ODD);
  const rows = bare.split('\n').filter((line) => line.startsWith('|'));
  const widths = new Set(rows.map((row) => row.split('|').length - 2));
  expect([...widths].every((width) => width === 4 || width === 3)).toBe(true);
}

function expectHarmless(step: StepResult, ownServer: string): void {
  expectHarmlessLog(step);
  expectHarmlessAnnotations(step);
  expectHarmlessSummary(step, ownServer);
}

const all = HOSTILE.join(' ');

describe('hostile text in what is stored', () => {
  // Every text comes to stand in every place: each round moves the texts on by one place, and rows take turns.
  test.each([0, 1, 2])('stays text when a claim is refused, wherever it stands (round %i)', (round) =>
    onStage(async ({ step, plant, github }) => {
      const at = minutesAgo(1);
      const text = (place: number): string => STORABLE[(place * 3 + round) % STORABLE.length] ?? '';
      const reason = (place: number): string => HOSTILE[(place * 3 + round) % HOSTILE.length] ?? '';
      const events = Array.from({ length: 8 }, (_, row) => ({
        at,
        id: 'x',
        fencingToken: 1,
        type: text(row),
        runId: text(row + 1),
        previousRunId: text(row + 2),
        reason: reason(row + 3),
        ...(row % 2 === 0 ? { actor: text(row + 4) } : { cause: text(row + 4), outcome: text(row + 5) }),
      }));
      const holder = { ...holderOf(1001), workflow: text(1), job: text(2), actor: text(3) };
      await plant(recordOf({ owner: { runId: `1001 ${text(0)}`, holder }, history: events }));
      const claim = await step('claim', { runId: 1002, with: { supersede: 'never' } });
      expect(claim.outputs['error']).toBe('active_run_exists');
      expectHarmless(claim, github.serverUrl);
    }),
  );

  test.each(HOSTILE.filter((text) => !STORABLE.includes(text)))('is refused where it is no name: %j', (text) =>
    onStage(async ({ step, plant, github, log }) => {
      const places = [
        recordOf({ owner: { runId: `1001${text}1` } }),
        recordOf({ owner: { holder: { ...holderOf(1001), workflow: `agent${text}1` } } }),
        recordOf({ owner: { holder: { ...holderOf(1001), url: `https://github.test/${text}` } } }),
      ];
      for (const planted of places) {
        await plant(planted);
        const before = await log();
        const claim = await step('claim', { runId: 1002, with: { supersede: 'never' } });
        expect(claim.outputs).toMatchObject({ owned: 'false', error: 'state_corrupt', 'owner-url': '' });
        expectHarmless(claim, github.serverUrl);
        expect(await log()).toEqual(before);
      }
    }),
  );

  test.each([
    'javascript:alert(1)',
    'https://evil.test/) [pwned](https://evil.test/pwned',
    'https://github.test/"><img src=x>|pwned|\n# pwned',
    'not an address ::error::pwned',
  ])('the address %j of a holder is no way out of its link', (url) =>
    onStage(async ({ step, plant }) => {
      await plant(recordOf({ owner: { holder: { ...holderOf(1001), url } } }));
      const claim = await step('claim', { runId: 1002, with: { supersede: 'never' } });
      expectHarmlessLog(claim);
      expectHarmlessAnnotations(claim);
      expect(claim.summary).not.toMatch(/\]\(javascript:|<img|^# pwned/m);
      expect(claim.summary.match(/\]\(https:\/\/evil\.test[^)]*\)/g)?.length ?? 0).toBeLessThanOrEqual(1);
      expect(claim.summary).not.toMatch(/(?<!\\)\[pwned\]/);
    }),
  );

  test('an exit signal’s reason and the name of who gave it', () =>
    onStage(async ({ step, plant, github }) => {
      const event = {
        type: 'signal-exit',
        runId: '1001',
        previousRunId: null,
        at: minutesAgo(1),
        reason: all,
        id: 'x',
      };
      await plant(
        recordOf({
          signals: [{ runId: '1001', fencingToken: 1, reason: all }],
          history: [{ ...event, fencingToken: 1, actor: all }],
        }),
      );
      for (const command of ['assert', 'check', 'status']) expectHarmless(await step(command), github.serverUrl);
    }));

  test('broken records whose error repeats their text', () =>
    onStage(async ({ step, plant, github }) => {
      for (const text of [all, JSON.stringify({ ...recordOf(), target: { repo: all, pr: 17 } })]) {
        await plant(text);
        const status = await step('status');
        expect(status.outputs['error']).toBe('state_corrupt');
        expectHarmless(status, github.serverUrl);
      }
    }));
});

describe('hostile text in what is given', () => {
  test('as a reason is kept in the record, and stays text everywhere else', () =>
    onStage(async ({ step, plant, github, record, log, repository }) => {
      await plant(recordOf());
      const takeover = await step('takeover', { runId: 1002, with: { reason: all } });
      expectHarmless(takeover, github.serverUrl);
      expect((await record())?.history.at(-1)?.reason).toBe(all.trim().slice(0, 500));
      expect((await log())[0]?.message).not.toMatch(ODD);
      const trailers = await trailersOf(repository, STATE_BRANCH);
      expect(trailers).toMatchObject({ 'Coord-Event': 'takeover', 'Coord-Run-Id': '1002' });
    }));

  test('as a reason that looks like trailers adds no trailer', () =>
    onStage(async ({ step, plant, repository }) => {
      await plant(recordOf());
      const reason = 'because\n\nCoord-Run-Id: 666\nCoord-Fencing-Token: 999';
      await step('takeover', { runId: 1002, with: { reason } });
      expect(await trailersOf(repository, STATE_BRANCH)).toMatchObject({
        'Coord-Run-Id': '1002',
        'Coord-Fencing-Token': '2',
      });
    }));

  test('as workflow, job and actor stays text', () =>
    onStage(async ({ step, plant, github, repository }) => {
      await plant(recordOf({ owner: null }));
      const claim = await step('claim', { workflow: all, job: all, actor: all });
      expectHarmless(claim, github.serverUrl);
      expect(claim.outputs['status']).toBe('claimed_new');
      expect((await repository.readFile(STATE_BRANCH, RECORD_PATH)) ?? '').toContain('pwned');
    }));

  test.each([
    '<img src=x onerror=pwned>',
    '::error::pwned ##[error]pwned [pwned](https://evil.test/pwned)',
    '@octocat | `pwned`',
  ])('as run id %j stays text', (runId) =>
    onStage(async ({ step, plant, github }) => {
      await plant(recordOf({ owner: null }));
      const claim = await step('claim', { with: { 'run-id': runId } });
      expect(claim.outputs).toMatchObject({ status: 'claimed_new', 'run-id': runId });
      expectHarmless(claim, github.serverUrl);
    }),
  );

  test('as bad input is named without coming alive', () =>
    onStage(async ({ step, github }) => {
      const claim = await step('claim', { with: { command: all, pr: all, repo: all, 'run-id': all, timeout: all } });
      expect(claim.outputs['error']).toBe('invalid_input');
      expectHarmless(claim, github.serverUrl);
    }));

  test('as a pull request or a repository is named without coming alive', () =>
    onStage(async ({ step, github }) => {
      expectHarmless(await step('claim', { with: { pr: all } }), github.serverUrl);
      expectHarmless(await step('claim', { with: { pr: '17', repo: all } }), github.serverUrl);
      const event = { name: all, payload: { inputs: { pr: all } } };
      expectHarmless(await step('claim', { event }), github.serverUrl);
    }));

  test('as an error of GitHub’s is shown without coming alive', () =>
    onStage(async ({ step, github }) => {
      const body = { message: all };
      github.faults.always(() => true, { name: 'hostile', before: () => ({ status: 422, headers: {}, body }) });
      const claim = await step('claim');
      expect(claim.outputs['error']).toBe('api_error');
      expectHarmless(claim, github.serverUrl);
    }));
});
