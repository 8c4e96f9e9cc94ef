import { describe, expect, test } from '@jest/globals';
import { entryFor, noted, type Note, type WantedEntry } from '../../src/step-file/entries.js';
import { MOST_ENTRIES, type Entry, type StepFile, type Surroundings } from '../../src/step-file/schema.js';
import { OTHER, runOf } from '../core/samples.js';
import { ENTRY, entryOf, SURROUNDINGS, unchanged } from './samples.js';

function fileOf(...entries: Entry[]): StepFile {
  return { version: 1, ...SURROUNDINGS, entries };
}

const [A, B, C] = [entryOf({ pr: 1 }), entryOf({ pr: 2 }), entryOf({ pr: 3 })];

describe('what a step notes', () => {
  test.each<[string, readonly Entry[], Note | null, 'first' | 'kept', readonly Entry[]]>([
    ['the first of a job', [], A, 'first', [A]],
    ['another one comes first', [A], B, 'first', [B, A]],
    ['one that was noted comes to the front again', [C, B, A], A, 'first', [A, C, B]],
    [
      'one that only changes stays where it is',
      [C, B, A],
      { ...B, fencingToken: null },
      'kept',
      [C, { ...B, fencingToken: null }, A],
    ],
    ['one that is new and not to come first is the last', [C, B], A, 'kept', [C, B, A]],
    ['nothing', [B, A], null, 'first', [B, A]],
    ['a token that is not known anew stays', [B, A], unchanged({ ...A, stateBranch: A.stateBranch }), 'first', [A, B]],
    ['a token that was never known is none', [B], unchanged(A), 'first', [{ ...A, fencingToken: null }, B]],
    ['a newer token replaces the older', [A], { ...A, fencingToken: 9 }, 'first', [{ ...A, fencingToken: 9 }]],
    [
      'everything of it is replaced',
      [A],
      { ...A, takeoverPermission: 'none' },
      'first',
      [{ ...A, takeoverPermission: 'none' }],
    ],
  ])('%s', (_name, before, note, order, after) => {
    expect(noted(fileOf(...before), SURROUNDINGS, note, order).entries).toEqual(after);
  });

  test.each<[string, Entry]>([
    ['another repository', entryOf({ repo: 'acme/gadgets' })],
    ['another pull request', entryOf({ pr: 18 })],
    ['another scope', entryOf({ scope: 'preview' })],
    ['another state branch', entryOf({}, { stateBranch: 'other-state' })],
    ['another run', entryOf({}, { run: OTHER })],
  ])('%s has a token of its own', (_name, other) => {
    expect(noted(fileOf(ENTRY), SURROUNDINGS, unchanged(other)).entries).toEqual([
      { ...other, fencingToken: null },
      ENTRY,
    ]);
  });

  test('the run of an entry may have come to be held by another job of the same workflow run', () => {
    const later = entryOf({}, { run: { ...runOf('1001'), holder: null } });
    expect(noted(fileOf(ENTRY), SURROUNDINGS, unchanged(later)).entries).toEqual([{ ...later, fencingToken: 4 }]);
  });

  test('of very many the last used are kept', () => {
    const many = Array.from({ length: MOST_ENTRIES }, (_, index) => entryOf({ pr: 100 + index }));
    const { entries } = noted(fileOf(...many), SURROUNDINGS, A);
    expect(entries).toEqual([A, ...many.slice(0, -1)]);
    expect(noted(fileOf(...many), SURROUNDINGS, A, 'kept').entries).toEqual(many);
  });

  test.each<[string, Partial<Surroundings>]>([
    ['another workflow run', { workflowRun: { id: 1002, attempt: 1 } }],
    ['another attempt', { workflowRun: { id: 1001, attempt: 2 } }],
    ['no workflow run', { workflowRun: null }],
    ['another repository', { repositoryId: 8 }],
    ['another server', { serverUrl: 'https://ghe.example.com' }],
  ])('what was left by %s does not count', (_name, changes) => {
    const now = { ...SURROUNDINGS, ...changes };
    expect(noted(fileOf(A), now, unchanged({ ...A, fencingToken: null }))).toEqual({
      version: 1,
      ...now,
      entries: [{ ...A, fencingToken: null }],
    });
  });

  test('the surroundings are those of the newest step, and nothing else that came along', () => {
    const now = { ...SURROUNDINGS, actors: ['hubot'], 'github-token': 'secret' };
    expect(noted(fileOf(A), now, null)).toEqual({ version: 1, ...SURROUNDINGS, actors: ['hubot'], entries: [A] });
  });
});

describe('which entry is meant', () => {
  const scoped = entryOf({ pr: 1, scope: 'preview' });
  const elsewhere = entryOf({ pr: 2, repo: 'acme/gadgets' });
  const file = fileOf(elsewhere, scoped, B, A);

  test.each<[string, WantedEntry, Entry | null]>([
    ['none named: the last used', { repo: null, pr: null, scope: undefined }, elsewhere],
    ['a pull request', { repo: null, pr: 1, scope: undefined }, scoped],
    ['a pull request without a scope', { repo: null, pr: 1, scope: null }, A],
    ['a pull request with a scope', { repo: null, pr: 1, scope: 'preview' }, scoped],
    ['a pull request with a scope that was not used', { repo: null, pr: 1, scope: 'deploy' }, null],
    ['a pull request of two repositories: the last used', { repo: null, pr: 2, scope: undefined }, elsewhere],
    ['a pull request of a repository', { repo: 'acme/widgets', pr: 2, scope: undefined }, B],
    ['in whatever case', { repo: 'Acme/Widgets', pr: 2, scope: undefined }, B],
    ['a pull request that was not used', { repo: null, pr: 3, scope: undefined }, null],
    ['a repository that was not used', { repo: 'acme/other', pr: 1, scope: undefined }, null],
    ['a repository alone', { repo: 'acme/widgets', pr: null, scope: undefined }, scoped],
    ['a scope alone', { repo: null, pr: null, scope: 'preview' }, scoped],
  ])('%s', (_name, wanted, entry) => {
    expect(entryFor(file, wanted)).toEqual(entry);
  });

  test('of two runs of one pull request the last used', () => {
    const other = entryOf({ pr: 1 }, { run: OTHER });
    expect(entryFor(fileOf(other, A), { repo: null, pr: 1, scope: undefined })).toEqual(other);
  });

  test('nothing was left', () => {
    expect(entryFor(fileOf(), { repo: null, pr: null, scope: undefined })).toBeNull();
  });
});
