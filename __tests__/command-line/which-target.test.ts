import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findContext, type Context } from '../../src/command-line/who-asks.js';
import type { Command } from '../../src/core/request.js';
import type { Texts } from '../../src/command-line/asked.js';
import { noteStep, type Entry } from '../../src/step-file/step-file.js';
import { OTHER, OWNER } from '../core/samples.js';
import { entryOf, SURROUNDINGS, TemporaryFolder } from '../step-file/samples.js';

/** What a command is about after steps of its job: which pull request, which scope of it, whose token. No process. */

let temporary: TemporaryFolder;

beforeEach(() => {
  temporary = new TemporaryFolder();
});

afterEach(() => temporary.remove());

/** @param used the last used first. */
async function contextOf(texts: Texts, ...used: readonly Entry[]): Promise<Context> {
  for (const entry of used.toReversed()) noteStep(temporary.path, SURROUNDINGS, entry);
  const found = await findContext('assert', texts, { RUNNER_TEMP: temporary.path });
  if (!found.ok) throw new Error(found.failure.problem);
  return found.context;
}

const WHOLE = entryOf({}, { fencingToken: 4 });
const PREVIEW = entryOf({ scope: 'preview' }, { fencingToken: 5 });
const DEPLOY = entryOf({ pr: 18, scope: 'deploy' }, { fencingToken: 6 });
const NEXT = entryOf({ pr: 18 }, { fencingToken: 7 });

describe('which target is meant', () => {
  test.each<[string, Texts, readonly Entry[], string, number | null]>([
    ['nothing said: the last used', {}, [WHOLE, PREVIEW], '17', 4],
    ['nothing said: the last used, with its scope', {}, [PREVIEW, WHOLE], '17 preview', 5],
    ['a repository alone: the last used of it', { repo: 'Acme/Widgets' }, [PREVIEW, WHOLE], '17 preview', 5],
    ['a pull request is not its scopes', { pr: '17' }, [PREVIEW, WHOLE], '17', 4],
    ['nor where only a scope of it was used', { pr: '17' }, [PREVIEW], '17', null],
    ['a pull request and a scope', { pr: '17', scope: 'preview' }, [NEXT, WHOLE, PREVIEW], '17 preview', 5],
    ['a scope of the last used', { scope: 'preview' }, [WHOLE, PREVIEW], '17 preview', 5],
    ['a scope that another pull request was used with', { scope: 'deploy' }, [WHOLE, DEPLOY], '18 deploy', 6],
    ['a scope that no step has used: of the last used', { scope: 'other' }, [PREVIEW, NEXT], '17 other', null],
    ['and of the one that is named', { pr: '18', scope: 'other' }, [PREVIEW, NEXT], '18 other', null],
  ])('%s', async (_name, texts, used, target, token) => {
    const { place, inputs, environment } = await contextOf(texts, ...used);
    const named = [place.pr, place.scope].filter((part) => part !== null).join(' ');
    expect([named, inputs['fencing-token']]).toEqual([target, token]);
    expect(environment.insideActions).toBe(true);
  });
});

// Whoever publishes means the tenure that this job holds, as whoever asserts does.
describe('the token of a tenure that this job holds', () => {
  test.each<[Command, Texts, number | null]>([
    ['assert', {}, 4],
    ['push', {}, 4],
    ['push', { pr: '17' }, 4],
    ['push', { 'run-id': OWNER.runId }, 4],
    ['push', { 'run-id': 'another' }, null],
    ['push', { pr: '17', scope: 'other' }, null],
    ['push', { 'fencing-token': '3' }, 3],
    ['release', {}, 4],
    ['claim', {}, null],
    ['status', {}, null],
  ])('%s %j carries %s', async (command, texts, token) => {
    noteStep(temporary.path, SURROUNDINGS, WHOLE);
    const found = await findContext(command, texts, { RUNNER_TEMP: temporary.path });
    expect(found).toMatchObject({ ok: true, context: { inputs: { 'fencing-token': token } } });
  });
});

describe('a scope that no step has used', () => {
  const own = entryOf({}, { run: OTHER, stateBranch: 'other-state', takeoverPermission: 'admin' });

  test('is asked about by the run of its pull request, on the same branch of records', async () => {
    const { inputs, run } = await contextOf({ scope: 'preview' }, own);
    expect(run).toEqual(OTHER);
    expect(inputs).toMatchObject({ 'state-branch': 'other-state', 'takeover-permission': 'admin' });
  });

  test('and of two runs by the one that is named', async () => {
    const { inputs, run } = await contextOf({ scope: 'preview', 'run-id': OTHER.runId }, WHOLE, own);
    expect([run, inputs['state-branch']]).toEqual([OTHER, 'other-state']);
    expect((await contextOf({ scope: 'preview', 'run-id': OWNER.runId }, WHOLE, own)).run).toEqual(OWNER);
  });

  test('of a pull request that no step has used, nothing is known', async () => {
    const found = await findContext(
      'assert',
      { pr: '19', scope: 'preview', repo: 'acme/widgets' },
      { RUNNER_TEMP: temporary.path },
    );
    expect(found).toMatchObject({ ok: true, context: { place: { pr: '19', scope: 'preview' }, run: { runId: '' } } });
  });
});

test.each(['Preview', 'a/b', 'x'.repeat(41)])('the scope %j is refused', async (scope) => {
  noteStep(temporary.path, SURROUNDINGS, WHOLE);
  const found = await findContext('assert', { scope }, { RUNNER_TEMP: temporary.path });
  expect(found).toMatchObject({
    ok: false,
    failure: { code: 'invalid_input', problem: expect.stringContaining('"--scope" must be at most 40') as unknown },
  });
});
