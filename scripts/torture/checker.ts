import { Context } from './context.js';
import type { Answer, Round, Rule, Said, Violation } from './history.js';
import { judgeLate, judgeService } from './late.js';
import { judgeWrite } from './lawful.js';
import { isCalled, mayBeCalled } from './names.js';
import { judgePost } from './posts.js';
import { replay } from './replay.js';
import { describe, isConflict } from './said.js';
import { untruth } from './truth.js';

/** What a write may be acknowledged as, and the events that stand for it. */
const ACKNOWLEDGED: Readonly<Record<string, readonly string[]>> = {
  claimed_new: ['claim', 'handover'],
  refreshed: ['refresh', 'claim'],
  taken_over: ['takeover', 'handover'],
  released: ['release', 'evict'],
  exit_signal_recorded: ['signal-exit'],
};

/**
 * Of one look at most 14 lost races, 5 failures and 8 outdated readings, two requests each and a few that are asked once;
 * most of that never comes together.
 */
const MOST_REQUESTS = 60;

export interface Verdict {
  readonly violations: readonly Violation[];
  /** Answers that only an injected stale read explains; each was true a little earlier. */
  readonly staleAnswers: number;
  /** Tenures begun after their step had ended, each with a kill, an error or a warning to it. */
  readonly lateTenures: number;
  readonly commits: number;
  readonly acknowledged: number;
  /** Commits that only kept an earlier write from landing. */
  readonly leaves: number;
  /** Places taken in line, and those that were served. */
  readonly places: number;
  readonly services: number;
}

/**
 * Replays the branch, which must explain every answer that a process gave: what was acknowledged is there once, who was
 * told `owned` held the tenure while it asked, each refusal was true, and each write was lawful for whoever made it.
 */
export function check(round: Round): Verdict {
  const branch = replay(round);
  const context = new Context(round, branch);
  const judge = new Judge(context);
  for (const said of round.said) judge.judge(said);
  const versions = [...branch.versions.values()].flat();
  let lateTenures = 0;
  for (const version of versions) {
    judgeWrite(version, context, (rule, detail) => judge.reportCommit(rule, version.pr, version.commit.oid, detail));
    if (judgeLate(version, context, judge.report)) lateTenures += 1;
    judgeService(version, context, judge.report);
  }
  for (const { oid, from, to } of round.commits) {
    if (!Number.isFinite(from) || !Number.isFinite(to))
      judge.reportCommit('harness', 0, oid, 'nobody was seen to make it');
  }
  return {
    violations: [...branch.violations, ...judge.violations],
    staleAnswers: judge.staleAnswers,
    lateTenures,
    commits: branch.commits.length,
    acknowledged: judge.acknowledged,
    leaves: versions.filter(({ event }) => event?.type === 'leave' && event.at !== '').length,
    places: new Set(versions.flatMap(({ record }) => record.queue.map(({ id }) => id))).size,
    services: versions.filter(({ handover }) => handover !== null).length,
  };
}

class Judge {
  readonly violations: Violation[] = [];
  staleAnswers = 0;
  acknowledged = 0;

  constructor(private readonly context: Context) {}

  readonly report = (rule: Rule, said: Said, detail: string): void => {
    this.violations.push({ rule, step: said.step, pr: said.pr, detail: `${describe(said)}: ${detail}` });
  };

  reportCommit(rule: Rule, pr: number, commit: string, detail: string): void {
    this.violations.push({ rule, commit, detail, ...(pr === 0 ? {} : { pr }) });
  }

  judge(said: Said): void {
    const { answer } = said;
    if (said.seen.requests > MOST_REQUESTS) {
      this.report('requests', said, `it made ${String(said.seen.requests)} requests`);
    }
    if (this.context.landed(said).length > 1)
      this.report('duplicated event', said, 'two of its writes are on the branch');
    if (said.phase === 'post') return judgePost(said, this.context, this.report);
    if (answer === null) {
      if (!said.killed) this.report('answer', said, 'the process was not killed and gave no answer');
      return;
    }
    if (answer.error !== '' && !isConflict(answer)) return this.#judgeError(said, answer);
    this.#judgeName(said, answer);
    this.#judgeWrites(said, answer);
    this.#judgeView(said, answer);
  }

  /** An error promises nothing, but it must not hide that its write may be on the branch. */
  #judgeError(said: Said, answer: Answer): void {
    const { round } = this.context;
    if (answer.owned) this.report('owned', said, 'it failed and was told that it owns');
    if (this.context.landed(said).length > 0 && !/not known/.test(answer.message)) {
      this.report('hidden write', said, `its write is on the branch, and the error ${answer.error} does not say so`);
    }
    if (answer.error === 'target_moved' && isCalled(round.names, said.repo, said.start, said.end)) {
      this.report('moved', said, 'the repository had that name all the time');
    }
  }

  /** Under a former name nobody owns anything, and only ending goes on. */
  #judgeName(said: Said, answer: Answer): void {
    if (mayBeCalled(this.context.round.names, said.repo, said.start, said.end)) return;
    if (said.command === 'release' && !answer.owned) return;
    this.report('moved', said, `the repository was not ${said.repo} any more`);
  }

  /** What was acknowledged is on the branch exactly once; what is on the branch was acknowledged. */
  #judgeWrites(said: Said, answer: Answer): void {
    const confirms = answer.status === 'owner_confirmed' && said.command === 'assert' && said.inputs.strict;
    const types = confirms ? ['confirm'] : ACKNOWLEDGED[answer.status];
    const served = this.context.servedOf(said);
    const [place] = [...this.context.landed(said), ...served];
    if (types === undefined) {
      const settled = ['ownership_lost', 'exit_signal_recorded'].includes(answer.error);
      if (this.context.placesOf(said, this.context.lastIndexBefore(said.end)) > 0 && !said.warned) {
        this.report('left behind', said, 'it has ended, and its place is still in line');
      }
      // Who could not leave the line, and says so, may be served; the post step ends that.
      const isTold = settled || (said.warned && place !== undefined && served.includes(place));
      if (place !== undefined && !isTold) {
        this.report('hidden write', said, `its ${String(place.event?.type)} is on the branch, and it did not say so`);
      }
      return;
    }
    this.acknowledged += 1;
    if (place?.event == null) {
      const ids = said.seen.requestIds;
      const why = ids.length === 0 ? 'it sent no write' : `no event ${ids.join(' or ')} is on the branch`;
      return this.report('acknowledged write', said, `${answer.status} was acknowledged, but ${why}`);
    }
    const { commit, index } = place;
    const event = place.handover !== null && served.includes(place) ? place.handover : place.event;
    if (!types.includes(event.type)) {
      this.report('acknowledged write', said, `${answer.status} was acknowledged, but a ${event.type} was written`);
    }
    if (commit.to < said.start || commit.from > said.end) {
      this.report('acknowledged write', said, 'its event came to the branch while it was not running');
    }
    const shown = answer.commit === null ? undefined : this.context.branch.indexOf.get(answer.commit);
    if (shown !== undefined && shown < index) {
      this.report('acknowledged write', said, 'the state-commit is older than its own write');
    }
  }

  /** The answer shows the record at its state-commit, which was the head while the step ran, and is true for it. */
  #judgeView(said: Said, answer: Answer): void {
    const rule: Rule = answer.owned ? 'owned' : 'answer';
    const index = answer.commit === null ? -1 : this.context.branch.indexOf.get(answer.commit);
    if (index === undefined) {
      return this.report(rule, said, `its state-commit ${String(answer.commit)} is not on the branch`);
    }
    if (!this.#wasHead(index, said, rule)) return;
    const record = this.context.recordAt(said.pr, index);
    if ((record?.digest ?? null) !== answer.digest) {
      return this.report(rule, said, 'the record that it shows is not the one of its state-commit');
    }
    const problem = untruth(said, record, this.context);
    if (problem !== null) this.report(rule, said, problem);
    this.#judgeOrder(said, answer, index, record?.fencingToken ?? 0);
  }

  /** Index -1 stands for the branch before its first commit. */
  #wasHead(index: number, said: Said, rule: Rule): boolean {
    const { commits } = this.context.branch;
    const from = index === -1 ? -Infinity : (commits[index]?.from ?? Infinity);
    const to = commits[index + 1]?.to ?? Infinity;
    if (from <= said.end && to >= said.start) return true;
    const shown = [...said.seen.shownHeads, ...said.seen.doubtfulHeads];
    const wasShown = index === -1 || shown.includes(commits[index]?.oid ?? '');
    if (from <= said.end && said.seen.staleReads > 0 && wasShown) {
      this.staleAnswers += 1;
      return true;
    }
    this.report(rule, said, 'its state-commit was not the head at any moment while it ran');
    return false;
  }

  /** No step answers from before what it had seen itself or was told, whatever stale readings it got. */
  #judgeOrder(said: Said, answer: Answer, index: number, highest: number): void {
    const { token } = said.inputs;
    const existed = Math.max(
      0,
      ...(this.context.branch.versions.get(said.pr) ?? []).map(({ record }) => record.fencingToken),
    );
    const uses = ['assert', 'ensure', 'release', 'signal-exit'].includes(said.command);
    if (uses && token !== null && highest < token && token <= existed) {
      this.report('older than seen', said, `it believed token ${String(highest)} although it holds ${String(token)}`);
    }
    const version = this.context.versionAt(said.pr, index)?.index ?? -1;
    const { shownHeads } = said.seen;
    const certainlySeen = said.inputs.waits ? shownHeads.slice(0, -1) : shownHeads;
    const shown = certainlySeen.map((oid) => this.context.branch.indexOf.get(oid) ?? -1);
    const newest = Math.max(-1, ...shown.map((head) => this.context.versionAt(said.pr, head)?.index ?? -1));
    // Who could not leave the line, and says so, is refused by what it stood in line with.
    const couldNotLeave = said.inputs.waits && said.warned && !answer.owned;
    if (newest > version && !couldNotLeave) {
      this.report('older than seen', said, 'a reading had shown it a newer record');
    }
  }
}
