import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { leaveForLater, type EndedStep } from '../../src/action/leave-for-later.js';
import type { Outcome, View } from '../../src/core/outcome.js';
import type { Command } from '../../src/core/request.js';
import { readStepFile, noteStep, type Entry, type StepFile } from '../../src/step-file/step-file.js';
import { active, free, OTHER, owned, OWNER, request, runOf, signalled, viewOf } from '../core/samples.js';
import { ENTRY, entryOf, SURROUNDINGS, TemporaryFolder } from './samples.js';

let temporary: TemporaryFolder;
let said: string;
const write = process.stdout.write.bind(process.stdout);
const before = { path: process.env['PATH'], file: process.env['GITHUB_PATH'] };

beforeEach(() => {
  temporary = new TemporaryFolder();
  writeFileSync(temporary.in('path'), '');
  process.env['GITHUB_PATH'] = temporary.in('path');
  said = '';
  process.stdout.write = (text: string | Uint8Array): boolean => {
    said += String(text);
    return true;
  };
});

afterEach(() => {
  process.stdout.write = write;
  process.env['PATH'] = before.path;
  if (before.file === undefined) Reflect.deleteProperty(process.env, 'GITHUB_PATH');
  else process.env['GITHUB_PATH'] = before.file;
  temporary.remove();
});

function step(changes: Partial<EndedStep> = {}): EndedStep {
  const { serverUrl, apiUrl, graphqlUrl, repository, repositoryId, actors, workflowRun } = SURROUNDINGS;
  return {
    environment: { serverUrl, apiUrl, graphqlUrl },
    asker: { repository, repositoryId, actors, workflowRun },
    request: request('claim'),
    target: { repo: 'acme/widgets', pr: 17 },
    stateBranch: ENTRY.stateBranch,
    takeover: { permission: 'write', actors: ENTRY.takeoverActors },
    outcome: { kind: 'ok', status: 'claimed_new', view: viewOf(owned()) },
    execPath: '/opt/node',
    cli: '/opt/cli.js',
    runnerTemp: temporary.path,
    ...changes,
  };
}

function left(): StepFile {
  const answer = readStepFile(temporary.path);
  if (answer.kind !== 'file') throw new Error(`a file was expected, but it is: ${answer.kind}`);
  return answer.file;
}

const bin = (): string => temporary.in('runner-coord', 'bin');

test('a claim leaves all that later steps need, the shims, and the PATH, and says nothing', () => {
  leaveForLater(step());
  expect(left()).toEqual({ version: 1, ...SURROUNDINGS, entries: [ENTRY] });
  expect(readFileSync(`${bin()}/runner-coord`, 'utf8')).toContain(`exec '/opt/node' '/opt/cli.js'`);
  expect(readFileSync(temporary.in('path'), 'utf8')).toBe(`${bin()}\n`);
  expect(said).toBe('');
});

test('without RUNNER_TEMP there is no later step, so nothing is left', () => {
  leaveForLater(step({ runnerTemp: null }));
  expect(readFileSync(temporary.in('path'), 'utf8')).toBe('');
  expect(said).toBe('');
});

const ok = (status: Extract<Outcome, { kind: 'ok' }>['status'], view: View | null): Outcome => ({
  kind: 'ok',
  status,
  view,
});
const no = (code: Extract<Outcome, { kind: 'conflict' }>['code'], view: View): Outcome => ({
  kind: 'conflict',
  code,
  view,
});
const failure = { code: 'api_error', problem: 'down', advice: 'wait' } as const;
const error = (mayHaveWritten: boolean): Outcome => ({ kind: 'error', failure, mayHaveWritten });

const mine = viewOf(owned());
const renewed = viewOf(owned({ fencingToken: 9, activeRun: active({ fencingToken: 9 }) }));
const others = viewOf(owned({ fencingToken: 9, activeRun: active({ ...OTHER, fencingToken: 9 }) }));
const laterAttempt = viewOf(owned({ fencingToken: 9, activeRun: active({ attempt: 2, fencingToken: 9 }) }));
const nobodys = viewOf(free());
const told = viewOf(signalled());

/** An earlier step left this for the same run and target: token 3, and after it another target. */
const EARLIER = entryOf({}, { fencingToken: 3 });
const SECOND = entryOf({ pr: 18 }, { fencingToken: 7 });

describe('what becomes of the token, and of the order', () => {
  test.each<[Command, string, Outcome, number, 'first' | 'kept']>([
    ['claim', 'begins a tenure', ok('claimed_new', mine), 4, 'first'],
    ['claim', 'renews it', ok('refreshed', mine), 4, 'first'],
    ['claim', 'supersedes another', ok('taken_over', renewed), 9, 'first'],
    ['claim', 'is refused for another run', no('active_run_exists', others), 3, 'first'],
    ['claim', 'is refused for a later attempt', no('ownership_lost', laterAttempt), 3, 'first'],
    ['claim', 'is refused for an exit signal', no('exit_signal_recorded', told), 3, 'first'],
    ['claim', 'is refused since the pull request is closed, nobody’s', no('pr_closed', nobodys), 3, 'first'],
    [
      'claim',
      'is refused since the pull request is closed, without a record',
      no('pr_closed', viewOf(null)),
      3,
      'first',
    ],
    ['claim', 'cannot be made', error(false), 3, 'kept'],
    ['claim', 'may have been made', error(true), 3, 'first'],
    ['takeover', 'takes over', ok('taken_over', renewed), 9, 'first'],
    ['takeover', 'is forbidden', no('takeover_forbidden', others), 3, 'first'],
    ['ensure', 'finds its tenure', ok('owner_confirmed', mine), 4, 'first'],
    ['ensure', 'has nothing to do', ok('skipped_no_async_run_id', null), 3, 'first'],
    ['ensure', 'is refused', no('ownership_lost', others), 3, 'first'],
    ['assert', 'confirms', ok('owner_confirmed', mine), 4, 'kept'],
    ['assert', 'finds nobody, which is allowed', ok('no_owner_record', nobodys), 3, 'kept'],
    ['assert', 'finds nobody', no('ownership_missing', nobodys), 3, 'kept'],
    ['assert', 'finds another', no('ownership_lost', others), 3, 'kept'],
    [
      'assert',
      'finds its own tenure, and not the one of the token that it was given',
      no('ownership_lost', renewed),
      3,
      'kept',
    ],
    ['assert', 'finds its own tenure of a closed pull request', no('pr_closed', mine), 3, 'kept'],
    ['assert', 'finds another’s tenure of a closed pull request', no('pr_closed', others), 3, 'kept'],
    ['assert', 'finds an exit signal', no('exit_signal_recorded', told), 3, 'kept'],
    ['assert', 'gets no answer', error(false), 3, 'kept'],
    ['release', 'ends the tenure', ok('released', nobodys), 3, 'kept'],
    ['release', 'hands over', ok('released', others), 3, 'kept'],
    ['release', 'hands over to another place of the same run', ok('released', renewed), 3, 'kept'],
    ['release', 'finds nothing to release', ok('release_noop', nobodys), 3, 'kept'],
    ['release', 'is refused', no('ownership_lost', others), 3, 'kept'],
    ['release', 'gets no answer', error(true), 3, 'kept'],
    ['signal-exit', 'tells its own run', ok('exit_signal_recorded', told), 3, 'kept'],
    ['signal-exit', 'is refused', no('ownership_lost', others), 3, 'kept'],
    ['signal-exit', 'gets no answer', error(false), 3, 'kept'],
    ['check', 'finds this run', ok('fresh_runner', mine), 3, 'kept'],
    ['check', 'finds another', no('stale_runner', others), 3, 'kept'],
    ['status', 'shows this run', ok('status', renewed), 3, 'kept'],
    ['status', 'shows nobody', ok('status', nobodys), 3, 'kept'],
  ])('%s %s', (command, _what, outcome, fencingToken, order) => {
    noteStep(temporary.path, SURROUNDINGS, EARLIER);
    noteStep(temporary.path, SURROUNDINGS, SECOND);
    leaveForLater(step({ request: request(command), outcome }));
    const entry: Entry = { ...ENTRY, fencingToken };
    expect(left().entries).toEqual(order === 'first' ? [entry, SECOND] : [SECOND, entry]);
    expect(said).toBe('');
  });
});

describe('a step that says nothing of a target', () => {
  test.each<[string, Partial<EndedStep>]>([
    ['status', { request: request('status') }],
    ['check', { request: request('check') }],
    ['a target that was not found', { target: null, outcome: error(false) }],
    ['nobody who acts', { request: request('ensure', { run: { ...OWNER, runId: '' } }) }],
  ])('%s: it notes where the job is at work, and lays the shims', (_name, changes) => {
    leaveForLater(step(changes));
    expect(left()).toEqual({ version: 1, ...SURROUNDINGS, entries: [] });
    expect(readFileSync(temporary.in('path'), 'utf8')).toBe(`${bin()}\n`);
  });
});

test('a release in a job that claimed nothing is what its later steps are about', () => {
  leaveForLater(step({ request: request('release'), outcome: ok('released', nobodys) }));
  expect(left().entries).toEqual([{ ...ENTRY, fencingToken: null }]);
});

test('another run of the same job has a token of its own', () => {
  leaveForLater(step());
  leaveForLater(step({ request: request('claim', { run: runOf('task-b') }), outcome: error(true) }));
  expect(left().entries).toEqual([{ ...ENTRY, run: runOf('task-b'), fencingToken: null }, ENTRY]);
});

test('the scope, and who may take over, are noted', () => {
  const target = { repo: 'acme/widgets', pr: 17, scope: 'preview' };
  leaveForLater(step({ target, takeover: { permission: 'none', actors: [] } }));
  expect(left().entries).toEqual([{ ...ENTRY, target, takeoverPermission: 'none', takeoverActors: [] }]);
});

test('a repository that no record could name is not known', () => {
  leaveForLater(step({ asker: { ...step().asker, repository: 'widgets' } }));
  expect(left()).toMatchObject({ repository: null, entries: [ENTRY] });
});

describe('what goes wrong is one warning, and never fails the step', () => {
  const warnings = (): readonly string[] => said.split('\n').filter((line) => line.startsWith('::warning'));

  test('a folder that is not ours', () => {
    mkdirSync(temporary.in('elsewhere'));
    symlinkSync(temporary.in('elsewhere'), temporary.in('runner-coord'));
    leaveForLater(step());
    expect(warnings()).toHaveLength(1);
    expect(warnings()[0]).toMatch(/may lack the command runner-coord.*is a symbolic link/);
    expect(warnings()[0]?.match(/symbolic link/g)).toHaveLength(1);
    expect(readFileSync(temporary.in('path'), 'utf8')).toBe('');
  });

  test('no folder at all', () => {
    leaveForLater(step({ runnerTemp: temporary.in('gone') }));
    expect(warnings()).toEqual([expect.stringMatching(/could not be made \(ENOENT/)]);
    // Its stack goes to the debug log only.
    expect(said).toMatch(/^::debug::/m);
  });

  test('a step that cannot be noted still lays the shims', () => {
    leaveForLater(step({ stateBranch: 'a..b' }));
    expect(warnings()).toEqual([expect.stringMatching(/stateBranch/)]);
    expect(readFileSync(temporary.in('path'), 'utf8')).toBe(`${bin()}\n`);
  });

  test('shims that cannot be laid still leave the note', () => {
    mkdirSync(temporary.in('runner-coord'), { mode: 0o700 });
    writeFileSync(temporary.in('runner-coord', 'bin'), '');
    leaveForLater(step());
    expect(warnings()).toEqual([expect.stringMatching(/bin is no folder/)]);
    expect(left().entries).toEqual([ENTRY]);
    expect(readFileSync(temporary.in('path'), 'utf8')).toBe('');
  });

  test('a runner that does not take the PATH', () => {
    rmSync(temporary.in('path'));
    leaveForLater(step());
    expect(warnings()).toEqual([expect.stringMatching(/Missing file at path/)]);
    expect(left().entries).toEqual([ENTRY]);
  });
});
