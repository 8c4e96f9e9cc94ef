import { composeBoard } from '../../../src/core/board/compose.js';
import type { LogEntry } from '../../../src/core/board/log-event.js';
import type { Board } from '../../../src/core/board/model.js';
import type { OwnershipRecord, StoredTarget } from '../../../src/core/record.js';
import type { Run } from '../../../src/core/run.js';
import { commitMessage } from '../../../src/store/commit-message.js';
import { decideAnswering, type Said } from '../answering.js';
import { facts, MINUTE_MS, NO_EFFORT, NOW, TARGET } from '../samples.js';
import { requestOf, STEPS, type Move } from './moves.js';
import { Truth } from './truth.js';

const TARGETS: readonly StoredTarget[] = [TARGET, { ...TARGET, scope: 'preview' }];
const BRANCH = { head: 'a'.repeat(40), relation: 'ahead', isShallow: false } as const;

/** Plays moves by the rules themselves, writes the log that the store would write, and keeps the truth beside. */
export class Played {
  readonly truth = new Truth();
  /** Oldest first. */
  readonly log: LogEntry[] = [];
  publishes = 0;
  lostRaces = 0;
  #elapsed = Date.parse(NOW);
  readonly #records: (OwnershipRecord | null)[] = TARGETS.map(() => null);
  readonly #writes: readonly string[][] = STEPS.map(() => []);
  readonly #dead = new Set<Run>();

  constructor(moves: readonly Move[]) {
    for (const each of moves) this.#take(each);
    this.truth.close(this.records, this.now);
  }

  get now(): string {
    return new Date(this.#elapsed).toISOString();
  }

  get records(): readonly OwnershipRecord[] {
    return this.#records.filter((record) => record !== null);
  }

  /** As it is computed from the log since then. */
  boardSince(since: string, log: readonly LogEntry[] = this.log): Board {
    const records = this.records.map((record) => {
      return { pr: record.target.pr, scope: record.target.scope, reading: { kind: 'record', record } as const };
    });
    return composeBoard({
      ...{
        repo: TARGET.repo,
        serverUrl: 'https://github.com',
        stateBranch: 'state',
        heads: [],
        since,
        isComplete: true,
      },
      ...{ records, log: log.toReversed(), facts: { now: this.now, pullRequests: new Map(), runs: new Map() } },
    });
  }

  #take(move: Move): void {
    this.#elapsed += move.minutes * MINUTE_MS;
    const { step, lostRaces, tokenFloor, open } = move;
    const [run, writes] = [STEPS[step], this.#writes[step]];
    const target = TARGETS[move.target];
    if (run === undefined || writes === undefined || target === undefined) throw new Error('there is no such step');
    if (move.what === 'die') this.#dead.add(run);
    const before = this.#records[move.target] ?? null;
    const asked = this.#dead.has(run) ? null : requestOf(move, run, before, writes);
    if (asked === null) return;
    const { now } = this;
    const known = facts({
      ...{ now, target, tokenFloor, pullRequestOpen: open, ownWrites: [...writes], takeoverPermission: 'granted' },
      ...{
        writeId: `write-${String(this.log.length)}`,
        branch: BRANCH,
        ownerLiveness: this.#lifeOf(before?.activeRun ?? null),
      },
    });
    const decision = decideAnswering(before, asked, known, (place) => this.#lifeOf(place));
    if (decision.kind !== 'write') return;
    const { next, event } = decision;
    writes.push(known.writeId);
    this.#records[move.target] = next;
    this.truth.see({ before, next, asked, now });
    const { headline, body } = commitMessage(event, target, next.history, { ...NO_EFFORT, lostRaces });
    this.log.push({ commit: known.writeId, committedAt: now, message: `${headline}\n\n${body}` });
    if (event.type === 'publish') this.publishes += 1;
    this.lostRaces += lostRaces;
  }

  #lifeOf(who: Run | null): Said {
    const isDead = [...this.#dead].some((run) => run.runId === who?.runId && run.attempt === who.attempt);
    return isDead ? 'dead' : 'alive';
  }
}
