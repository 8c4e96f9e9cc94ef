import { describe, expect, test } from '@jest/globals';
import type { Outcome } from '../../src/core/outcome.js';
import { noteAfter } from '../../src/step-file/note-after.js';
import { active, free, OTHER, owned, OWNER, PUBLICATION, request, signalled, TARGET, viewOf } from '../core/samples.js';

/** What a push leaves for later steps of the job. */

const takeover = { permission: 'write', actors: ['octocat'] } as const;
const after = (outcome: Outcome, asked = request('push')): ReturnType<typeof noteAfter> =>
  noteAfter({ request: asked, target: TARGET, stateBranch: 'state', takeover, outcome });
const PUBLISHED = {
  ...{ branch: 'topic', commit: PUBLICATION.commit, head: 'a'.repeat(40) },
  ...{ landed: true, relation: null, isShallow: false },
};
const published = (record = owned()): Outcome => ({
  kind: 'ok',
  status: 'published',
  view: viewOf(record, { published: PUBLISHED }),
});

describe('after a push', () => {
  test('the job is about what it was about, and goes on in the tenure that has published', () => {
    expect(after(published())).toEqual({
      order: 'kept',
      note: {
        ...{ target: { repo: 'acme/widgets', pr: 17, scope: null }, stateBranch: 'state', run: OWNER, fencingToken: 4 },
        ...{ takeoverPermission: 'write', takeoverActors: ['octocat'] },
      },
    });
  });

  test.each<[string, Outcome]>([
    ['has lost it since', published(owned({ activeRun: active({ runId: '2002' }) }))],
    ['was told to exit', published(signalled())],
    ['was refused', { kind: 'conflict', code: 'head_moved', view: viewOf(owned()) }],
    ['found nobody owning', { kind: 'conflict', code: 'ownership_lost', view: viewOf(free()) }],
    [
      'does not know',
      { kind: 'error', failure: { code: 'api_error', problem: 'down', advice: 'wait' }, mayHaveWritten: true },
    ],
  ])('that %s the token stays', (_name, outcome) => {
    expect(after(outcome)).toMatchObject({ order: 'kept', note: { fencingToken: 'unchanged' } });
  });

  test('by nobody nothing is left', () => {
    expect(after(published(), request('push', { run: { ...OTHER, runId: '' } }))).toEqual({
      note: null,
      order: 'kept',
    });
  });
});
