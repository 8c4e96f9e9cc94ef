import { describe, expect, test } from '@jest/globals';
import { EXIT, exitStatusOf } from '../../src/core/code-table.js';
import type { Outcome } from '../../src/core/outcome.js';
import { outputsOf } from '../../src/report/outputs.js';
import { reportOf } from '../../src/report/report.js';
import { writeRecord } from '../../src/core/write-record.js';
import { NOW, OWNER, PUBLICATION, PULL_REQUEST, request, TARGET } from '../core/samples.js';
import { bench, endOf, ownedBy, rivals, type Bench } from './bench.js';
import { failureWith, type MemoryStore } from './memory-store.js';
import { appliedUnseen, landsLate, notApplied } from './unseen.js';

/** A push of run 1001, which owns the pull request, over a store that moves both branches in one step. */

const HEAD = PULL_REQUEST.headSha;
const FOREIGN = 'f'.repeat(40);
const COMMIT = PUBLICATION.commit;
const PUSH = request('push', { fencingToken: 1 });

function owning(): Bench {
  const table = bench();
  table.store.act(request('claim'));
  return table;
}

function publications({ record }: MemoryStore): readonly (string | null)[] {
  return (record?.history ?? []).flatMap(({ type, id }) => (type === 'publish' ? [id] : []));
}

/** What landed, whatever was answered. */
const LANDED = { branch: 'topic', commit: COMMIT, head: HEAD, landed: true };

function exit(outcome: Outcome): number {
  return exitStatusOf(outcome, PUSH);
}

describe('a push in the quiet case', () => {
  test('reads, asks git for the heads, and pushes', async () => {
    const { run, store } = owning();
    const outcome = await run(PUSH);
    expect(endOf(outcome)).toBe('ok published');
    expect(ownedBy(outcome)).toBe(true);
    expect(outcome).toMatchObject({ view: { published: LANDED, stateCommit: store.head, replaced: null } });
    expect(store.calls).toEqual(['read', 'compare', 'write']);
    expect(store.comparisons).toEqual([{ head: store.commits[0]?.head, leased: null }]);
    expect(store.topic).toBe(COMMIT);
    expect(publications(store)).toHaveLength(1);
  });

  test('has nothing to do where it is all there, and writes nothing', async () => {
    const { run, store } = owning();
    store.topic = COMMIT;
    const outcome = await run(PUSH);
    expect(endOf(outcome)).toBe('ok owner_confirmed');
    expect(outcome).toMatchObject({ view: { published: { head: COMMIT, commit: COMMIT, landed: false } } });
    expect(store.calls).toEqual(['read', 'compare']);
    expect(exit(outcome)).toBe(EXIT.OWNED);
  });

  test('only looks in a dry run', async () => {
    const { run, store } = owning();
    const outcome = await run({ ...PUSH, publication: { ...PUBLICATION, dryRun: true } });
    expect(endOf(outcome)).toBe('ok owner_confirmed');
    expect(outcome).toMatchObject({ view: { published: { head: HEAD, commit: COMMIT, landed: false } } });
    expect([store.topic, store.calls]).toEqual([HEAD, ['read', 'compare']]);
  });

  test.each([
    ['another run owns', (store: MemoryStore) => store.act(rivals('takeover')), 'ownership_lost'],
    ['nobody owns', (store: MemoryStore) => store.act(request('release')), 'ownership_lost'],
    ['it was told to exit', (store: MemoryStore) => store.act(request('signal-exit')), 'exit_signal_recorded'],
  ] as const)('does not ask git where %s', async (_name, before, code) => {
    const { run, store } = owning();
    before(store);
    expect(endOf(await run(PUSH))).toBe(`conflict ${code}`);
    expect(store.calls).toEqual(['read']);
    expect(store.topic).toBe(HEAD);
  });

  test('is refused in a fork and on the default branch before git is asked', async () => {
    const { run, store } = owning();
    store.pullRequest = { ...PULL_REQUEST, isFork: true, headRepo: 'mona/widgets' };
    expect(endOf(await run(PUSH))).toBe('conflict fork_head');
    store.pullRequest = { ...PULL_REQUEST, isDefaultBranch: true };
    expect(endOf(await run(PUSH))).toBe('error invalid_input');
    expect(store.calls).toEqual(['read', 'read']);
  });

  test.each([[FOREIGN], [null]])('is refused where the branch is at %s', async (head) => {
    const { run, store } = owning();
    store.topic = head;
    const outcome = await run(PUSH);
    expect(endOf(outcome)).toBe('conflict head_moved');
    expect(outcome).toMatchObject({ view: { published: { head, landed: false } } });
    expect(store.calls).toEqual(['read', 'compare']);
  });

  test('cannot go through a store that compares nothing', async () => {
    const { run, store } = owning();
    const blind = Object.create(store, { compare: { value: undefined } }) as MemoryStore;
    await expect(run(PUSH, { store: blind })).rejects.toThrow('can compare branches');
  });
});

describe('a push whose answer is lost', () => {
  test('is found by its id in the history, and not sent again', async () => {
    const table = owning();
    appliedUnseen(table);
    const outcome = await table.run(PUSH);
    expect(endOf(outcome)).toBe('ok published');
    expect(outcome).toMatchObject({ view: { published: LANDED } });
    expect(table.store.calls).toEqual(['read', 'compare', 'write', 'read']);
    expect(publications(table.store)).toEqual(['write-2']);
  });

  // A record keeps fifty events, and of those publications go first; the log of the branch keeps everything.
  test('is found by the log where the record has forgotten it', async () => {
    const table = owning();
    const { store } = table;
    appliedUnseen(table, () => {
      const record = store.record;
      if (record === null) throw new Error('there is one');
      const history = record.history.filter(({ type }) => type !== 'publish');
      store.commit(writeRecord({ ...record, history }));
      store.act(request('assert', { strict: true }));
    });
    store.reads.push(
      (proceed) => proceed(),
      (proceed) => {
        const read = proceed();
        if (read.kind !== 'read') throw new Error(read.kind);
        return { ...read, snapshot: { ...read.snapshot, logged: ['write-2'] } };
      },
    );
    const outcome = await table.run(PUSH);
    expect(endOf(outcome)).toBe('ok published');
    expect(ownedBy(outcome)).toBe(true);
    expect(store.changes).toHaveLength(1);
  });

  test.each([
    ['another run has taken over', (store: MemoryStore) => store.act(rivals('takeover'))],
    ['it was released', (store: MemoryStore) => store.act(request('release'))],
    ['it was told to exit', (store: MemoryStore) => store.act(request('signal-exit'))],
  ] as const)('has landed, and owns no more because %s: published, but not owned', async (_name, after) => {
    const table = owning();
    appliedUnseen(table, () => after(table.store));
    const outcome = await table.run(PUSH);
    expect(endOf(outcome)).toBe('ok published');
    expect(outcome).toMatchObject({ view: { published: LANDED } });
    expect([ownedBy(outcome), exit(outcome)]).toEqual([false, EXIT.NOT_OWNED]);
    const facts = {
      command: 'push',
      serverUrl: 'https://github.com',
      stateBranch: 'state',
      onConflict: 'fail',
    } as const;
    const outputs = outputsOf(reportOf({ ...facts, now: NOW, request: PUSH, target: TARGET, outcome }));
    expect(outputs).toMatchObject({ owned: 'false', status: 'published', 'published-sha': COMMIT });
    expect(table.store.topic).toBe(COMMIT);
  });

  test('and which did not land is decided again, standing on the same head', async () => {
    const table = owning();
    notApplied(table);
    expect(endOf(await table.run(PUSH))).toBe('ok published');
    expect(table.store.calls).toEqual(['read', 'compare', 'write', 'read', 'compare', 'write']);
    expect(table.store.comparisons.map(({ leased }) => leased)).toEqual([null, HEAD]);
    expect(publications(table.store)).toHaveLength(1);
  });

  test('and was delivered twice: the refusal of the second does not hide the first', async () => {
    const table = owning();
    table.store.writes.push((proceed) => {
      proceed();
      return proceed();
    });
    const outcome = await table.run(PUSH);
    expect(endOf(outcome)).toBe('ok published');
    expect(publications(table.store)).toHaveLength(1);
  });

  test('and the branch has moved before it landed: it never lands, and a conflict says so', async () => {
    const table = owning();
    const late = landsLate(table, () => {
      table.store.topic = FOREIGN;
    });
    const outcome = await table.run(PUSH);
    expect(endOf(outcome)).toBe('conflict head_moved');
    // The head of the state branch is moved first: nobody else has to know of the branch of the pull request.
    expect(table.store.changes.map(({ event }) => event.type)).toEqual(['publish', 'leave']);
    expect(late.land()).toBe(false);
    expect(outcome).toMatchObject({
      view: { stateCommit: table.store.head, published: { head: FOREIGN, landed: false } },
    });
  });

  test('and is refused for another reason: a commit of its own keeps it from landing', async () => {
    const table = owning();
    const late = landsLate(table, () => {
      table.store.pullRequest = { ...PULL_REQUEST, state: 'closed' };
    });
    const outcome = await table.run({ ...PUSH, requireOpen: true });
    expect(endOf(outcome)).toBe('conflict pr_closed');
    expect(table.store.changes.map(({ event }) => event.type)).toEqual(['publish', 'leave']);
    expect(late.land()).toBe(false);
    expect(table.store.topic).toBe(HEAD);
  });

  test('and lands while it is kept from landing: then it is published', async () => {
    const table = owning();
    const late = landsLate(table, () => {
      table.store.pullRequest = { ...PULL_REQUEST, state: 'closed' };
    });
    table.store.writes.push((proceed) => {
      late.land();
      return proceed();
    });
    expect(endOf(await table.run({ ...PUSH, requireOpen: true }))).toBe('ok published');
  });

  test('and stays unknown: it may have landed, and exits with 69', async () => {
    const table = owning();
    appliedUnseen(table);
    table.store.reads.push(
      (proceed) => proceed(),
      ...Array.from({ length: 20 }, () => () => ({ kind: 'failed', failure: failureWith() }) as const),
    );
    const outcome = await table.run(PUSH);
    expect(outcome).toMatchObject({ kind: 'error', mayHaveWritten: true, failure: { code: 'api_error' } });
    expect(exit(outcome)).toBe(EXIT.UNAVAILABLE);
    expect(exit(outcome)).toBe(69);
  });

  // Section 10: "unknown at the end: exit 69, 'may have landed'".
  test('and stays unknown: its message says that it may have landed', async () => {
    const table = owning();
    appliedUnseen(table, () => table.clock.advance(60_000));
    const outcome = await table.run(PUSH);
    if (outcome.kind !== 'error') throw new Error(endOf(outcome));
    expect(exit(outcome)).toBe(69);
    expect(`${outcome.failure.problem} ${outcome.failure.advice}`).toMatch(/may have landed/);
  });
});

describe('a push that has lost its race', () => {
  test('to a neighbour on the state branch is decided again', async () => {
    const table = owning();
    const { store } = table;
    store.writes.push((proceed) => {
      store.commitElsewhere();
      return proceed();
    });
    expect(endOf(await table.run(PUSH))).toBe('ok published');
    expect(store.comparisons.map(({ leased }) => leased)).toEqual([null, HEAD]);
    expect(store.changes[1]?.expectedHead).not.toBe(store.changes[0]?.expectedHead);
    expect(store.changes[1]?.event.id).not.toBe(store.changes[0]?.event.id);
  });

  test.each([
    ['a takeover', (store: MemoryStore) => store.act(rivals('takeover')), 'ownership_lost'],
    ['a release', (store: MemoryStore) => store.act(request('release')), 'ownership_lost'],
    ['an exit signal', (store: MemoryStore) => store.act(request('signal-exit')), 'exit_signal_recorded'],
  ] as const)('to %s is a conflict, and nothing has moved', async (_name, meanwhile, code) => {
    const table = owning();
    const { store } = table;
    store.writes.push((proceed) => {
      meanwhile(store);
      return proceed();
    });
    const outcome = await table.run(PUSH);
    expect(endOf(outcome)).toBe(`conflict ${code}`);
    expect([store.topic, publications(store).length, store.changes.length]).toEqual([HEAD, 0, 1]);
  });

  test('to a push of somebody else is head_moved, also where the commit would build on that', async () => {
    const table = owning();
    const { store } = table;
    store.buildsOn = () => true;
    store.writes.push((proceed) => {
      store.topic = FOREIGN;
      return proceed();
    });
    const outcome = await table.run(PUSH);
    expect(endOf(outcome)).toBe('conflict head_moved');
    expect(store.changes).toHaveLength(1);
    expect(outcome.kind === 'conflict' && outcome.mayHaveWritten === true).toBe(false);
  });

  test('though neither head has moved is tried again, but not for ever', async () => {
    const table = owning();
    table.store.writes.push(() => ({ kind: 'branch_moved' }));
    expect(endOf(await table.run(PUSH))).toBe('ok published');
    const hopeless = owning();
    hopeless.store.writes.push(...Array.from({ length: 60 }, () => () => ({ kind: 'branch_moved' }) as const));
    const outcome = await hopeless.run(PUSH);
    expect(endOf(outcome)).toBe('error contention_exhausted');
    expect(exit(outcome)).toBe(69);
    expect(hopeless.store.topic).toBe(HEAD);
  });
});

describe('heads that git shows otherwise', () => {
  test('of the state branch: it is read again, and the heads are asked for again', async () => {
    const table = owning();
    const { store } = table;
    store.compares.push((proceed) => {
      store.commitElsewhere();
      return proceed();
    });
    expect(endOf(await table.run(PUSH))).toBe('ok published');
    expect(store.calls).toEqual(['read', 'compare', 'read', 'compare', 'write']);
  });

  test('for ever: it is given up, and nothing was written', async () => {
    const table = owning();
    const stale = {
      kind: 'stale',
      failure: failureWith({ code: 'contention_exhausted', problem: 'It keeps moving' }),
    } as const;
    table.store.compares.push(...Array.from({ length: 40 }, () => () => stale));
    const outcome = await table.run(PUSH);
    expect(outcome).toMatchObject({ kind: 'error', mayHaveWritten: false, failure: { problem: 'It keeps moving' } });
    expect(table.store.changes).toEqual([]);
  });

  test('not at all for a moment: it is asked again', async () => {
    const table = owning();
    table.store.compares.push(() => ({ kind: 'failed', failure: failureWith() }));
    expect(endOf(await table.run(PUSH))).toBe('ok published');
    expect(table.store.calls).toEqual(['read', 'compare', 'read', 'compare', 'write']);
  });

  test('never: the error is told, and nothing was written', async () => {
    const table = owning();
    const failure = failureWith({ code: 'permission_denied', retry: { kind: 'never' } });
    table.store.compares.push(() => ({ kind: 'failed', failure }));
    const outcome = await table.run(PUSH);
    expect(outcome).toMatchObject({ kind: 'error', mayHaveWritten: false, failure: { code: 'permission_denied' } });
    expect(exit(outcome)).toBe(EXIT.FORBIDDEN);
    expect(table.store.calls).toEqual(['read', 'compare']);
  });

  test('after a push of unknown outcome that has not landed: the error says that it may have', async () => {
    const table = owning();
    notApplied(table);
    table.store.compares.push(
      (proceed) => proceed(),
      () => ({ kind: 'failed', failure: failureWith({ retry: { kind: 'never' } }) }),
    );
    expect(await table.run(PUSH)).toMatchObject({ kind: 'error', mayHaveWritten: true });
  });
});

test('a push that the server refuses is told, and is not found by a later push', async () => {
  const table = owning();
  const failure = failureWith({ code: 'permission_denied', problem: 'A ruleset refuses it', retry: { kind: 'never' } });
  table.store.writes.push(() => ({ kind: 'failed', failure }));
  const outcome = await table.run(PUSH);
  expect(outcome).toMatchObject({ kind: 'error', mayHaveWritten: false, failure: { problem: 'A ruleset refuses it' } });
  expect([exit(outcome), table.store.topic]).toEqual([77, HEAD]);
  expect(ownedBy(await table.run(request('assert', { run: OWNER, fencingToken: 1 })))).toBe(true);
});
