import type { Answer, Round, Rule, Said, Violation } from './history.js';
import { replay, type Replay, type Version } from './replay.js';
import { untruth } from './truth.js';

/** What a write may be acknowledged as, and the events that stand for it. */
const ACKNOWLEDGED: Readonly<Record<string, readonly string[]>> = {
  claimed_new: ['claim'],
  refreshed: ['refresh', 'claim'],
  taken_over: ['takeover'],
  released: ['release', 'evict'],
  exit_signal_recorded: ['signal-exit'],
};

/** Only what comes to hold a tenure, or sees that it does, releases it on exit. */
const HOLDING = ['claim', 'takeover', 'ensure', 'assert'];

/** Readings below a token that the caller holds are doubted so often before they are believed. */
const DOUBTED = 2;

export interface Verdict {
  readonly violations: readonly Violation[];
  /** Answers that only an injected stale read explains; each was true a little earlier. */
  readonly staleAnswers: number;
  /** Tenures that a post step could not end because the write came after it had looked. */
  readonly leftBehind: number;
  readonly commits: number;
  readonly acknowledged: number;
}

/**
 * Replays the branch, which must explain every answer that a process gave: what was acknowledged is there once, who was
 * told `owned` held the tenure while it asked, and each refusal was true.
 */
export function check(round: Round): Verdict {
  const branch = replay(round);
  const judge = new Judge(round, branch);
  for (const said of round.said) judge.judge(said);
  const unseen = round.commits.filter(({ from, to }) => !Number.isFinite(from) || !Number.isFinite(to));
  const nobody = unseen.map(({ oid }): Violation => ({
    rule: 'harness',
    commit: oid,
    detail: 'nobody was seen to make it',
  }));
  return {
    violations: [...branch.violations, ...judge.violations, ...nobody],
    staleAnswers: judge.staleAnswers,
    leftBehind: judge.leftBehind,
    commits: branch.commits.length,
    acknowledged: judge.acknowledged,
  };
}

class Judge {
  readonly violations: Violation[] = [];
  staleAnswers = 0;
  leftBehind = 0;
  acknowledged = 0;
  readonly #saidBy: ReadonlyMap<string, Said>;

  constructor(
    private readonly round: Round,
    private readonly branch: Replay,
  ) {
    this.#saidBy = new Map(round.said.map((said) => [said.step, said]));
  }

  judge(said: Said): void {
    if (said.seen.requestIds.length > 1) {
      this.#report('harness', said, `one step wrote under several ids: ${said.seen.requestIds.join(', ')}`);
    }
    if (said.phase === 'post') return this.#judgePost(said);
    const { answer } = said;
    if (answer === null) {
      if (!said.killed) this.#report('answer', said, 'the process was not killed and gave no answer');
      return;
    }
    const failed = answer.error !== '' && answer.commit === null && !isConflict(answer);
    if (failed) return this.#judgeError(said, answer);
    this.#judgeWrites(said, answer);
    this.#judgeView(said, answer);
  }

  /** An error promises nothing, but it must not hide that its write may be on the branch. */
  #judgeError(said: Said, answer: Answer): void {
    if (answer.owned) this.#report('owned', said, 'it failed and was told that it owns');
    if (this.#added(said).length > 0 && !/not known/.test(answer.message)) {
      this.#report('hidden write', said, `its write is on the branch, and the error ${answer.error} does not say so`);
    }
  }

  /** What was acknowledged is on the branch exactly once; what is on the branch was acknowledged. */
  #judgeWrites(said: Said, answer: Answer): void {
    const confirms = answer.status === 'owner_confirmed' && said.inputs.strict;
    const types = confirms ? ['confirm'] : ACKNOWLEDGED[answer.status];
    const places = this.#added(said);
    const [place] = places;
    if (types === undefined) {
      const settled = ['ownership_lost', 'exit_signal_recorded'].includes(answer.error);
      if (place !== undefined && !settled) {
        this.#report('hidden write', said, `its ${String(place.event?.type)} is on the branch, and it did not say so`);
      }
      return;
    }
    this.acknowledged += 1;
    if (place?.event == null) {
      const id = said.seen.requestIds[0];
      const why = id === undefined ? 'it sent no write' : `the event ${id} is not on the branch`;
      return this.#report('acknowledged write', said, `${answer.status} was acknowledged, but ${why}`);
    }
    const { event } = place;
    if (!types.includes(event.type)) {
      this.#report('acknowledged write', said, `${answer.status} was acknowledged, but a ${event.type} was written`);
    }
    const subject = answer.status === 'exit_signal_recorded' ? (said.inputs.targetRunId ?? said.runId) : said.runId;
    if (event.runId !== subject) {
      this.#report('acknowledged write', said, `the event is about ${event.runId}, not about ${subject}`);
    }
    const { token } = said.inputs;
    if (token !== null && ['assert', 'release', 'signal-exit'].includes(said.command) && event.fencingToken !== token) {
      this.#report(
        'acknowledged write',
        said,
        `token ${String(token)} was meant, ${String(event.fencingToken)} was met`,
      );
    }
    if (event.type === 'takeover') this.#judgeTakeover(said, event.cause ?? null);
    const commit = this.branch.commits[place.index];
    if (commit !== undefined && (commit.to < said.start || commit.from > said.end)) {
      this.#report('acknowledged write', said, 'its event came to the branch while it was not running');
    }
    const shown = answer.commit === null ? undefined : this.branch.indexOf.get(answer.commit);
    if (shown !== undefined && shown < place.index) {
      this.#report('acknowledged write', said, 'the state-commit is older than its own write');
    }
  }

  #judgeTakeover(said: Said, cause: string | null): void {
    const { supersede } = said.inputs;
    const allowed = cause === null ? said.command === 'takeover' : supersede === 'stale' || supersede !== 'never';
    if (!allowed || (cause === 'stale' && supersede !== 'stale')) {
      this.#report(
        'superseded alive',
        said,
        `it took over (cause ${String(cause)}) although "supersede" is ${supersede}`,
      );
    }
  }

  /** The answer shows the record at its state-commit, which was the head while the step ran, and is true for it. */
  #judgeView(said: Said, answer: Answer): void {
    const rule: Rule = answer.owned ? 'owned' : 'answer';
    let index = -1;
    if (answer.commit === null) {
      const [first] = this.branch.commits;
      if (first !== undefined && first.to < said.start) {
        if (said.seen.staleReads === 0) return this.#report(rule, said, 'it saw no branch, but there was one');
        this.staleAnswers += 1;
      }
    } else {
      index = this.branch.indexOf.get(answer.commit) ?? -1;
      if (index === -1) return this.#report(rule, said, `its state-commit ${answer.commit} is not on the branch`);
      if (!this.#wasHead(index, said, rule)) return;
    }
    const record = this.#recordAt(said.pr, index)?.record ?? null;
    if ((record?.digest ?? null) !== answer.digest) {
      return this.#report(rule, said, 'the record that it shows is not the one of its state-commit');
    }
    const problem = untruth(said, record, this.round.ended);
    if (problem !== null) this.#report(rule, said, problem);
    this.#judgeOrder(said, index, record?.fencingToken ?? 0);
  }

  #wasHead(index: number, said: Said, rule: Rule): boolean {
    const from = this.branch.commits[index]?.from ?? Infinity;
    const to = this.branch.commits[index + 1]?.to ?? Infinity;
    if (from <= said.end && to >= said.start) return true;
    if (from <= said.end && said.seen.staleReads > 0) {
      this.staleAnswers += 1;
      return true;
    }
    this.#report(rule, said, 'its state-commit was not the head at any moment while it ran');
    return false;
  }

  /** No step answers from before what it had seen itself, whatever stale readings it got. */
  #judgeOrder(said: Said, index: number, highest: number): void {
    const { shownHeads, staleReads } = said.seen;
    const { token } = said.inputs;
    if (token !== null) {
      const rose = (this.#recordAt(said.pr, this.#lastIndexBefore(said.start))?.record.fencingToken ?? 0) >= token;
      if (highest < token && rose && staleReads <= DOUBTED) {
        this.#report(
          'older than seen',
          said,
          `it believed token ${String(highest)} although it holds ${String(token)}`,
        );
      }
      return;
    }
    const version = this.#recordAt(said.pr, index)?.index ?? -1;
    const newest = Math.max(-1, ...shownHeads.map((oid) => this.#versionAt(said.pr, oid)));
    if (newest > version) this.#report('older than seen', said, 'a reading had shown it a newer record');
  }

  /** A release on exit ends the tenure that its step held, and never fails the job. */
  #judgePost(said: Said): void {
    if (said.killed || said.post === undefined) return;
    if (said.answer !== null) return this.#report('post', said, 'the post step acted as a main step: it set outputs');
    if (said.post.exitCode !== 0) this.#report('post', said, `it ended with ${String(said.post.exitCode)}`);
    if (said.post.warned) return;
    const main = this.#saidBy.get(said.post.mainStep);
    if (main === undefined) return this.#report('harness', said, `there is no step ${said.post.mainStep}`);
    if (!HOLDING.includes(main.command) || !main.inputs.releaseOnExit) return;
    const [won] = this.#added(main);
    const token = main.answer?.owned === true ? main.answer.token : (won?.event?.fencingToken ?? null);
    const [release] = this.#added(said);
    if (release?.event != null && (release.event.type !== 'release' || release.event.fencingToken !== token)) {
      const { type, fencingToken } = release.event;
      this.#report('post', said, `it wrote a ${type} of token ${String(fencingToken)}, main held ${String(token)}`);
    }
    if (token === null || (main.answer !== null && !main.answer.owned && main.answer.commit !== null)) return;
    const last = this.#recordAt(said.pr, this.#lastIndexBefore(said.end))?.record.activeRun ?? null;
    if (last?.fencingToken !== token || last.runId !== main.runId) return;
    const late = won !== undefined && (this.branch.commits[won.index]?.to ?? Infinity) > said.start;
    if (late || said.seen.staleReads > 0) this.leftBehind += 1;
    else this.#report('left behind', said, `token ${String(token)} is still held, and its log is "${said.post.log}"`);
  }

  #added({ seen }: Said): readonly Version[] {
    return seen.requestIds.flatMap((id) => this.branch.added.get(id) ?? []);
  }

  /** The newest version of a record at or before a commit. */
  #recordAt(pr: number, index: number): Version | null {
    return this.branch.versions.get(pr)?.findLast((version) => version.index <= index) ?? null;
  }

  #versionAt(pr: number, oid: string): number {
    return this.#recordAt(pr, this.branch.indexOf.get(oid) ?? -1)?.index ?? -1;
  }

  /** The newest commit that was certainly on the branch at a moment. */
  #lastIndexBefore(moment: number): number {
    return this.branch.commits.findLastIndex(({ to }) => to <= moment);
  }

  #report(rule: Rule, said: Said, detail: string): void {
    this.violations.push({ rule, step: said.step, pr: said.pr, detail: `${describe(said)}: ${detail}` });
  }
}

function isConflict({ error }: Answer): boolean {
  return [
    'active_run_exists',
    'ownership_lost',
    'ownership_missing',
    'exit_signal_recorded',
    'stale_runner',
    'takeover_forbidden',
    'pr_closed',
  ].includes(error);
}

function describe({ step, phase, command, runId, attempt, answer }: Said): string {
  const result = answer === null ? 'no answer' : answer.error || answer.status;
  const commit = answer?.commit == null ? '' : `, state-commit ${answer.commit.slice(0, 12)}`;
  const owned = answer?.owned === true ? ', owned' : '';
  return `${step} ${phase} ${command} by ${runId} (attempt ${String(attempt)}) → ${result}${owned}${commit}`;
}
