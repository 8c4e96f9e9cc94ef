import { describe, expect, test } from '@jest/globals';
import { readRecord } from '../../src/core/read-record.js';
import type { StoredTarget } from '../../src/core/record.js';
import { writeRecord } from '../../src/core/write-record.js';
import { decideOn, owned, request, TARGET, written } from './samples.js';

/** Section 4, "Renames and transfers": where both ids are known the id alone decides, without one the name does. */

type Named = Pick<StoredTarget, 'repo' | 'repoId'>;
const WIDGETS = 'acme/widgets';

function kindOf(stored: Named, wanted: Named): string {
  return readRecord(writeRecord(owned({ target: { ...TARGET, ...stored } })), { ...TARGET, ...wanted }).kind;
}

test.each<[string, Named, Named, 'record' | 'corrupt']>([
  ['the same', { repo: WIDGETS, repoId: 7 }, { repo: WIDGETS, repoId: 7 }, 'record'],
  ['renamed', { repo: WIDGETS, repoId: 7 }, { repo: 'acme/gizmos', repoId: 7 }, 'record'],
  ['transferred', { repo: WIDGETS, repoId: 7 }, { repo: 'umbrella/widgets', repoId: 7 }, 'record'],
  ['another repository under the old name', { repo: WIDGETS, repoId: 7 }, { repo: WIDGETS, repoId: 8 }, 'corrupt'],
  ['another repository', { repo: WIDGETS, repoId: 7 }, { repo: 'acme/gizmos', repoId: 8 }, 'corrupt'],
  ['no id stored, the same name', { repo: WIDGETS, repoId: null }, { repo: WIDGETS, repoId: 7 }, 'record'],
  ['no id stored, in other letters', { repo: 'ACME/Widgets', repoId: null }, { repo: WIDGETS, repoId: 7 }, 'record'],
  ['no id stored, another name', { repo: WIDGETS, repoId: null }, { repo: 'acme/gizmos', repoId: 7 }, 'corrupt'],
  ['no id asked for, the same name', { repo: WIDGETS, repoId: 7 }, { repo: WIDGETS, repoId: null }, 'record'],
  ['no id asked for, another name', { repo: WIDGETS, repoId: 7 }, { repo: 'acme/gizmos', repoId: null }, 'corrupt'],
  ['no ids', { repo: WIDGETS, repoId: null }, { repo: WIDGETS, repoId: null }, 'record'],
])('%s', (_name, stored, wanted, kind) => {
  expect(kindOf(stored, wanted)).toBe(kind);
});

test.each<[string, Partial<StoredTarget>]>([
  ['another pull request', { pr: 18 }],
  ['a scope of the same pull request', { scope: 'preview' }],
])('the record of %s is corrupt, whatever the repository', (_name, stored) => {
  expect(readRecord(writeRecord(owned({ target: { ...TARGET, ...stored } })), TARGET).kind).toBe('corrupt');
  const reading = readRecord(writeRecord(owned()), { ...TARGET, ...stored });
  expect(reading.kind).toBe('corrupt');
  if (reading.kind === 'corrupt') expect(reading.problem).toMatch(/acme\/widgets \(repository id 7\), pulls\/0\//);
});

test('what is missing is told by the name alone', () => {
  const reading = readRecord(writeRecord(owned({ target: { ...TARGET, repoId: null } })), { ...TARGET, pr: 18 });
  if (reading.kind === 'corrupt') expect(reading.problem).toContain('acme/widgets, pulls/0/17.json');
  expect(reading.kind).toBe('corrupt');
});

// Case O7: two owners, one under each name.
describe('a record of a repository that has another name now', () => {
  const present: StoredTarget = { ...TARGET, repo: 'acme/gizmos' };
  const renamed = readRecord(writeRecord(owned()), present);

  test('has that name, and its tokens go on', () => {
    if (renamed.kind !== 'record') throw new Error(renamed.kind);
    expect(renamed.record).toEqual(owned({ target: present }));
    const known = { target: present, takeoverPermission: 'granted' } as const;
    const { next } = written(
      decideOn(renamed.record, request('takeover', { run: { runId: '2002', attempt: 1, holder: null } }), known),
    );
    expect(next.fencingToken).toBe(5);
    expect(next.target).toEqual(present);
  });
});
