import { describe, expect, test } from '@jest/globals';
import { MARKER_PATH, readMarker, RECORDS_FOLDER, writeMarker } from '../../src/core/marker.js';
import { HIGHEST_TOKEN, recordPath } from '../../src/core/record.js';

const written = { repoId: 7, stateBranch: 'runner-coord-state', tokenFloor: 0 };
const marker = { ...written, shard: null, moved: null };
const json = { layout: 1, ...written };

test('the marker as it lies on the branch', () => {
  expect(writeMarker(marker)).toBe(
    '{\n  "layout": 1,\n  "repoId": 7,\n  "stateBranch": "runner-coord-state",\n  "tokenFloor": 0\n}\n',
  );
  expect(MARKER_PATH).toBe('.runner-coord.json');
});

test.each([
  marker,
  { ...marker, tokenFloor: 41 },
  { ...marker, stateBranch: 'a/b-{shard}', shard: '07' },
  { ...marker, moved: { to: 'a/b-{shard}', from: 'a'.repeat(40) } },
  { ...marker, moved: { to: 'a/b-{shard}', from: null } },
])('%p is read as it was written', (each) => {
  expect(readMarker(writeMarker(each))).toEqual({ kind: 'marker', marker: each });
});

test('keys that a later version adds are ignored', () => {
  expect(readMarker(JSON.stringify({ ...json, later: 'x', __proto__: 1 }))).toEqual({ kind: 'marker', marker });
});

test.each([2, 99])('layout %s is another answer', (layout) => {
  expect(readMarker(JSON.stringify({ layout }))).toEqual({ kind: 'unsupported', layout });
});

describe('no marker', () => {
  test.each<[string, string]>([
    ['nothing', ''],
    ['half of one', writeMarker(marker).slice(0, 30)],
    ['null', 'null'],
    ['a list', '[]'],
    ['a key twice', '{"tokenFloor":9,' + JSON.stringify(json).slice(1)],
    ['a key twice in what is ignored', JSON.stringify(json).replace('}', ',"movedTo":{"a":1,"a":1}}')],
    ['a text', '"runner-coord"'],
    ...Object.entries({
      'no layout': { layout: undefined },
      'layout 0': { layout: 0 },
      'layout a text': { layout: '1' },
      'layout a fraction': { layout: 1.5 },
      'no repository': { repoId: undefined },
      'repository null': { repoId: null },
      'repository a text': { repoId: '7' },
      'repository 0': { repoId: 0 },
      'no branch': { stateBranch: undefined },
      'an empty branch': { stateBranch: '' },
      'no floor': { tokenFloor: undefined },
      'a floor below 0': { tokenFloor: -1 },
      'a floor that is a fraction': { tokenFloor: 0.5 },
      'a floor that cannot be raised': { tokenFloor: HIGHEST_TOKEN + 1 },
    }).map(([name, changes]): [string, string] => [name, JSON.stringify({ ...json, ...changes })]),
  ])('%s', (_name, text) => {
    const reading = readMarker(text);
    expect(reading.kind).toBe('corrupt');
    if (reading.kind === 'corrupt') expect(reading.problem).toMatch(/^\S.+/);
  });
});

test.each([
  [{ repo: 'acme/widgets', pr: 17 }, 'pulls/0/17.json'],
  [{ repo: 'acme/widgets', pr: 17, scope: null }, 'pulls/0/17.json'],
  [{ repo: 'acme/widgets', pr: 999 }, 'pulls/0/999.json'],
  [{ repo: 'acme/widgets', pr: 1000 }, 'pulls/1/1000.json'],
  [{ repo: 'acme/widgets', pr: 123_456, scope: 'preview' }, 'pulls/123/123456.preview.json'],
])('the record of %p lies at %s, whatever the repository is called', (target, path) => {
  expect(recordPath(target)).toBe(path);
  expect(recordPath({ ...target, repo: 'Acme/Gizmos' })).toBe(path);
  expect(path.startsWith(`${RECORDS_FOLDER}/`)).toBe(true);
});
