import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { distrust, ownUser } from '../../src/step-file/own-folder.js';
import { noteStep, readStepFile } from '../../src/step-file/step-file.js';
import { ENTRY, entryOf, SURROUNDINGS, TemporaryFolder, unchanged } from './samples.js';

let temporary: TemporaryFolder;
beforeEach(() => {
  temporary = new TemporaryFolder();
});
afterEach(() => temporary.remove());

const FILE = { version: 1, ...SURROUNDINGS, entries: [ENTRY] };
const onPosix = process.platform === 'win32' ? test.skip : test;
const asRoot = ownUser() === 0 ? test : test.skip;

function lay(text: string): void {
  mkdirSync(temporary.in('runner-coord'), { mode: 0o700 });
  writeFileSync(temporary.in('runner-coord', 'job.json'), text);
}

test('what a step noted is read by the next', () => {
  expect(noteStep(temporary.path, SURROUNDINGS, ENTRY)).toEqual({ kind: 'written' });
  expect(readStepFile(temporary.path)).toEqual({ kind: 'file', file: FILE });
});

test('a second step notes beside the first, and a third that learned nothing changes no token', () => {
  const second = entryOf({ pr: 18 }, { fencingToken: 9 });
  noteStep(temporary.path, SURROUNDINGS, ENTRY);
  noteStep(temporary.path, SURROUNDINGS, second);
  noteStep(temporary.path, SURROUNDINGS, unchanged(ENTRY), 'kept');
  noteStep(temporary.path, SURROUNDINGS, null);
  expect(readStepFile(temporary.path)).toEqual({ kind: 'file', file: { ...FILE, entries: [second, ENTRY] } });
});

test('only the surroundings', () => {
  noteStep(temporary.path, SURROUNDINGS, null);
  expect(readStepFile(temporary.path)).toEqual({ kind: 'file', file: { ...FILE, entries: [] } });
});

test('nothing is left without a step, nor by a folder alone', () => {
  expect(readStepFile(temporary.path)).toEqual({ kind: 'none' });
  mkdirSync(temporary.in('runner-coord'), { mode: 0o700 });
  expect(readStepFile(temporary.path)).toEqual({ kind: 'none' });
  expect(readStepFile(temporary.in('not', 'there'))).toEqual({ kind: 'none' });
});

describe('a file of another form is unreadable, and replaced by the next step', () => {
  const changed = (changes: object): string => JSON.stringify({ ...FILE, ...changes });
  const entry = (changes: object): string => changed({ entries: [{ ...ENTRY, ...changes }] });
  const target = (changes: object): string => entry({ target: { ...ENTRY.target, ...changes } });
  const run = (changes: object): string => entry({ run: { ...ENTRY.run, ...changes } });

  test.each<[string, string, RegExp]>([
    ['nothing', '', /JSON/],
    ['half of it', JSON.stringify(FILE).slice(0, 100), /JSON/],
    ['a secret of somebody’s', 'hunter2', /JSON/],
    ['a list', '[]', /"version"/],
    ['a text', '"hunter2"', /the whole/],
    ['another version', changed({ version: 2 }), /"version"/],
    ['a field that is not known', changed({ token: 'x' }), /"token"/],
    ['a field that is not known in an entry', entry({ token: 'x' }), /"entries\.0\.token"/],
    ['no entries', JSON.stringify({ version: 1, ...SURROUNDINGS }), /"entries"/],
    ['too many entries', changed({ entries: Array.from({ length: 51 }, () => ENTRY) }), /"entries"/],
    ['no address', changed({ apiUrl: 'api.github.com' }), /"apiUrl"/],
    ['an address with a password', changed({ apiUrl: 'https://x:hunter2@example.com' }), /"apiUrl"/],
    ['an address with a password alone', changed({ apiUrl: 'https://:hunter2@example.com' }), /"apiUrl"/],
    ['an address with a login', changed({ serverUrl: 'https://ghp_1@example.com' }), /"serverUrl"/],
    ['an address that is none', changed({ graphqlUrl: 'http://%' }), /"graphqlUrl"/],
    ['no owner of the repository', changed({ repository: 'widgets' }), /"repository"/],
    ['a repository id of 0', changed({ repositoryId: 0 }), /"repositoryId"/],
    ['an actor that is no name', changed({ actors: ['a\nb'] }), /"actors\.0"/],
    ['an attempt of 0', changed({ workflowRun: { id: 1, attempt: 0 } }), /"workflowRun\.attempt"/],
    ['a pull request as text', target({ pr: '17' }), /"entries\.0\.target\.pr"/],
    ['a scope that is none', target({ scope: 'Not/One' }), /"entries\.0\.target\.scope"/],
    ['no scope at all', entry({ target: { repo: 'a/b', pr: 1 } }), /"entries\.0\.target\.scope"/],
    ['a branch that is none', entry({ stateBranch: 'a..b' }), /"entries\.0\.stateBranch"/],
    ['an empty run id', run({ runId: '' }), /"entries\.0\.run\.runId"/],
    ['a run id over several lines', run({ runId: 'a\nb' }), /"entries\.0\.run\.runId"/],
    ['a holder without its fields', run({ holder: {} }), /"entries\.0\.run\.holder\.repo"/],
    ['another permission', entry({ takeoverPermission: 'all' }), /"entries\.0\.takeoverPermission"/],
    ['a token of 0', entry({ fencingToken: 0 }), /"entries\.0\.fencingToken"/],
    ['a token that cannot rise', entry({ fencingToken: Number.MAX_SAFE_INTEGER }), /"entries\.0\.fencingToken"/],
  ])('%s', (_name, text, problem) => {
    lay(text);
    const path = temporary.in('runner-coord', 'job.json');
    const answer = readStepFile(temporary.path);
    expect(answer).toEqual({ kind: 'unreadable', problem: expect.stringMatching(problem), path });
    // What stands there may be a secret.
    expect(JSON.stringify(answer)).not.toMatch(/hunter2|ghp_1/);
    expect(noteStep(temporary.path, SURROUNDINGS, ENTRY)).toEqual({ kind: 'written' });
    expect(readStepFile(temporary.path)).toEqual({ kind: 'file', file: FILE });
  });
});

test('what could not be read again is not written', () => {
  noteStep(temporary.path, SURROUNDINGS, ENTRY);
  const withPassword = { ...SURROUNDINGS, apiUrl: 'https://x:hunter2@example.com' };
  const answer = noteStep(temporary.path, withPassword, ENTRY);
  expect(answer).toMatchObject({ kind: 'failed', problem: expect.stringContaining('"apiUrl"') });
  expect(JSON.stringify(answer)).not.toContain('hunter2');
  expect(readStepFile(temporary.path)).toEqual({ kind: 'file', file: FILE });
});

describe('on POSIX', () => {
  onPosix('folder and file are for their owner only, whatever the umask is', () => {
    const before = process.umask(0);
    try {
      noteStep(temporary.path, SURROUNDINGS, ENTRY);
    } finally {
      process.umask(before);
    }
    expect(statSync(temporary.in('runner-coord')).mode & 0o777).toBe(0o700);
    expect(statSync(temporary.in('runner-coord', 'job.json')).mode & 0o777).toBe(0o600);
    expect(readdirSync(temporary.in('runner-coord'))).toEqual(['job.json']);
  });

  onPosix('a folder of ours that is open to others is closed', () => {
    mkdirSync(temporary.in('runner-coord'));
    chmodSync(temporary.in('runner-coord'), 0o777);
    noteStep(temporary.path, SURROUNDINGS, ENTRY);
    expect(statSync(temporary.in('runner-coord')).mode & 0o777).toBe(0o700);
  });

  onPosix('a folder that is a link is refused', () => {
    mkdirSync(temporary.in('elsewhere'));
    writeFileSync(temporary.in('elsewhere', 'job.json'), JSON.stringify(FILE));
    symlinkSync(temporary.in('elsewhere'), temporary.in('runner-coord'));
    const problem = `${temporary.in('runner-coord')} is a symbolic link, and runner-coord did not make it: remove it`;
    expect(noteStep(temporary.path, SURROUNDINGS, entryOf({ pr: 99 }))).toEqual({
      kind: 'failed',
      problem,
      cause: null,
    });
    expect(readStepFile(temporary.path)).toMatchObject({ kind: 'unreadable', problem });
    expect(readFileSync(temporary.in('elsewhere', 'job.json'), 'utf8')).toBe(JSON.stringify(FILE));
    expect(readdirSync(temporary.in('elsewhere'))).toEqual(['job.json']);
  });

  onPosix('a file that is a link is not read, and replaced without touching what it points to', () => {
    lay(JSON.stringify(FILE));
    const other = new TemporaryFolder();
    mkdirSync(other.in('runner-coord'), { mode: 0o700 });
    symlinkSync(temporary.in('runner-coord', 'job.json'), other.in('runner-coord', 'job.json'));
    expect(readStepFile(other.path)).toMatchObject({ kind: 'unreadable', problem: expect.stringMatching(/link/) });
    expect(noteStep(other.path, SURROUNDINGS, entryOf({ pr: 99 }))).toEqual({ kind: 'written' });
    expect(lstatSync(other.in('runner-coord', 'job.json')).isFile()).toBe(true);
    expect(readStepFile(temporary.path)).toEqual({ kind: 'file', file: FILE });
    other.remove();
  });

  asRoot('a folder or file of another user is refused', () => {
    noteStep(temporary.path, SURROUNDINGS, ENTRY);
    chownSync(temporary.in('runner-coord', 'job.json'), 12_345, 0);
    const problem = expect.stringMatching(/belongs to user 12345, and this process is user 0/);
    expect(readStepFile(temporary.path)).toMatchObject({ kind: 'unreadable', problem });
    chownSync(temporary.in('runner-coord', 'job.json'), 0, 0);
    chownSync(temporary.in('runner-coord'), 12_345, 0);
    expect(readStepFile(temporary.path)).toMatchObject({ kind: 'unreadable', problem });
    expect(noteStep(temporary.path, SURROUNDINGS, ENTRY)).toMatchObject({ kind: 'failed', problem });
  });

  onPosix('whoever is not the owner does not trust it', () => {
    const stats = statSync(temporary.path);
    expect(distrust(temporary.path, stats, 'folder', stats.uid)).toBeNull();
    expect(distrust(temporary.path, stats, 'folder', stats.uid + 1)).toMatch(/belongs to user/);
    expect(distrust(temporary.path, stats, 'file', stats.uid)).toMatch(/is no file/);
  });
});

test('failures keep their cause', () => {
  const missing = noteStep(temporary.in('not', 'there'), SURROUNDINGS, ENTRY);
  expect(missing).toMatchObject({ kind: 'failed', problem: expect.stringMatching(/could not be made \(ENOENT/) });
  expect(missing).toHaveProperty('cause.code', 'ENOENT');

  mkdirSync(temporary.in('runner-coord', 'job.json'), { recursive: true, mode: 0o700 });
  const blocked = noteStep(temporary.path, SURROUNDINGS, ENTRY);
  expect(blocked).toMatchObject({ kind: 'failed', problem: expect.stringMatching(/job\.json could not be written/) });
  expect(blocked).toHaveProperty('cause.code');
  expect(readdirSync(temporary.in('runner-coord'))).toEqual(['job.json']);

  writeFileSync(temporary.in('plain file'), '');
  const noFolder = noteStep(temporary.in('plain file'), SURROUNDINGS, ENTRY);
  expect(noFolder).toMatchObject({ kind: 'failed', problem: expect.stringMatching(/ENOTDIR|ENOENT/) });
});
