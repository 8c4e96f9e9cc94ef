import { judgeAnswer } from './judge-answer.js';
import { isSameButForHistory, versionsOf, type JudgedEvent, type Version } from './record.js';
import type { Push, PushedRef, Rule, Story, Violation } from './story.js';

/** A push that moved the branch of the pull request, with the commit of the state branch that came with it. */
export interface Landed {
  readonly push: Push;
  readonly from: string;
  readonly to: string;
  readonly version: Version | null;
}

export interface Verdict {
  readonly violations: readonly Violation[];
  /** Pushes of the command that reached the server, and those that landed. */
  readonly sent: number;
  readonly landed: number;
  /** Moves of the branch by others. */
  readonly foreign: number;
}

type Report = (rule: Rule, detail: string) => void;

/**
 * Both branches' logs have to explain each other: every move that a command made has its event in the tenure that was current,
 * every event has its move, and every answer is true of both.
 */
export function check(story: Story): Verdict {
  const violations: Violation[] = [];
  const report: Report = (rule, detail) => void violations.push({ rule, detail });
  const versions = versionsOf(story.commits, story.recordPath);
  const byCommit = new Map(versions.map((version) => [version.oid, version]));
  const steps = new Set(story.said.map(({ step }) => step));
  const ours = story.pushes.filter(({ login }) => steps.has(login));
  for (const push of ours) judgePush(push, story, byCommit, report);
  const landed = pairMoves(story, steps, byCommit, report);
  judgeEvents(versions, landed, story, report);
  for (const said of story.said) {
    judgeAnswer(said, { story, versions, landed: landed.filter(({ push }) => push.login === said.step) }, report);
  }
  if (story.lastClaim !== 'owned') report('blocked', story.lastClaim);
  return {
    violations,
    sent: ours.length,
    landed: landed.length,
    foreign: story.moves.length - landed.length,
  };
}

/** All of a push or nothing of it, and onto the head that the commit of the state branch was made from. */
function judgePush(push: Push, story: Story, byCommit: ReadonlyMap<string, Version>, report: Report): void {
  const { refs, login, isAtomic } = push;
  const state = refOf(push, story.stateRef);
  const names = refs.map(({ ref }) => ref).sort();
  if (!isAtomic) report('half landed', `${login} pushed without "atomic"`);
  if (names.join() !== [story.branchRef, story.stateRef].sort().join()) {
    report('half landed', `${login} pushed ${names.join(' and ')}`);
  }
  const moved = refs.filter(({ ok }) => ok);
  if (moved.length !== 0 && moved.length !== refs.length) {
    report('half landed', `of the push by ${login} only ${moved.map(({ ref }) => ref).join(' and ')} moved`);
  }
  if (state?.ok !== true) return;
  const version = byCommit.get(state.to);
  if (version === undefined) report('half landed', `${state.to} by ${login} is not in the log of the state branch`);
  else if (version.parent !== state.from) {
    report('parent', `${state.to} by ${login} replaced ${state.from}, and its parent is ${String(version.parent)}`);
  }
}

/** Whose each move of the branch is; in the order of the server's own log. */
function pairMoves(
  story: Story,
  steps: ReadonlySet<string>,
  byCommit: ReadonlyMap<string, Version>,
  report: Report,
): readonly Landed[] {
  const left = [...story.pushes];
  const landed: Landed[] = [];
  let at = story.start;
  for (const { from, to, buildsOn } of story.moves) {
    if (from !== at) report('harness', `the branch went from ${at} to ${from} unseen`);
    at = to;
    const index = left.findIndex((candidate) => {
      const moved = refOf(candidate, story.branchRef);
      return moved?.ok === true && moved.from === from && moved.to === to;
    });
    const [push] = index === -1 ? [] : left.splice(index, 1);
    if (push === undefined) {
      report('harness', `nobody was seen to move the branch from ${from} to ${to}`);
      continue;
    }
    if (!steps.has(push.login)) continue;
    const state = refOf(push, story.stateRef);
    const version = state?.ok === true ? (byCommit.get(state.to) ?? null) : null;
    landed.push({ push, from, to, version });
    const said = story.said.find(({ step }) => step === push.login);
    if (said?.lease == null ? !buildsOn : said.lease !== from) {
      report('lost commit', `${push.login} replaced ${from} by ${to}, which does not build on it`);
    }
    if (version === null) report('half landed', `${push.login} moved the branch to ${to} without the record`);
  }
  if (at !== story.head) report('harness', `the branch is at ${String(story.head)}, and was last moved to ${at}`);
  return landed;
}

/** Every event has its move and every move its event, in the same transaction, in the same order, by who owned then. */
function judgeEvents(versions: readonly Version[], landed: readonly Landed[], story: Story, report: Report): void {
  const order: string[] = [];
  for (const version of versions) {
    const published = version.events.filter(({ type }) => type === 'publish');
    const moves = landed.filter((move) => move.version === version);
    if (published.length === 0 && moves.length === 0) continue;
    const [event] = published;
    const [move] = moves;
    if (event === undefined || published.length > 1 || version.events.length > 1) {
      report('pairing', `${version.oid} moved the branch, and has ${String(published.length)} events for it`);
      continue;
    }
    if (move === undefined) {
      report('half landed', `${version.oid} says that the branch went to ${String(event.to)}, and it did not`);
      continue;
    }
    order.push(move.to);
    if (event.from !== move.from || event.to !== move.to || event.ref !== story.branchRef) {
      report('pairing', `${version.oid} tells of ${String(event.from)} to ${String(event.to)}, not of its own move`);
    }
    judgeTenure(version, event, move, story, report);
  }
  const moved = landed.filter(({ version }) => version !== null).map(({ to }) => to);
  if (order.join() !== moved.join()) report('order', 'the two branches tell of different orders');
}

function judgeTenure(version: Version, event: JudgedEvent, { push }: Landed, story: Story, report: Report): void {
  const { before, after, oid, paths } = version;
  if (paths.join() !== story.recordPath) report('tree', `${oid} changes ${paths.join(' and ')}`);
  const owner = before?.activeRun ?? null;
  const publishes = `${oid} publishes for run ${event.runId}/${String(event.attempt)}, token ${String(event.fencingToken)}`;
  if (before === null || after === null || owner === null) return report('tenure', `${publishes}, and nobody owned`);
  const isOwner =
    owner.runId === event.runId && owner.attempt === event.attempt && owner.fencingToken === event.fencingToken;
  if (!isOwner) {
    const current = `${owner.runId}/${String(owner.attempt)}, token ${String(owner.fencingToken)}`;
    report('tenure', `${publishes}, and the owner was ${current}`);
  }
  if (before.exitSignals.some(({ fencingToken }) => fencingToken === owner.fencingToken)) {
    report('tenure', `${publishes}, which had been told to exit`);
  }
  // Decided before and landed just after an end is lawful; the time of the decision is what counts.
  if (owner.expiresAt !== null && Date.parse(event.at ?? '') >= Date.parse(owner.expiresAt)) {
    report('tenure', `${publishes}, which had expired`);
  }
  const said = story.said.find(({ step }) => step === push.login);
  if (said !== undefined && (said.runId !== event.runId || said.attempt !== event.attempt)) {
    report('tenure', `${publishes}, and was pushed by run ${said.runId}/${String(said.attempt)}`);
  }
  if (!isSameButForHistory(before, after)) report('record', `${oid} changes more of the record than its history`);
}

export function refOf({ refs }: Push, name: string): PushedRef | undefined {
  return refs.find(({ ref }) => ref === name);
}
