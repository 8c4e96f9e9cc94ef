import type { Landed } from './checker.js';
import type { Version } from './record.js';
import type { Rule, Said, Story, Told } from './story.js';

interface Known {
  readonly story: Story;
  readonly versions: readonly Version[];
  /** What this command has landed. */
  readonly landed: readonly Landed[];
}

type Report = (rule: Rule, detail: string) => void;

/** Exit statuses of the errors, as docs/cli.md has them; what is not named here is 70. */
const ERROR_EXITS: Readonly<Record<string, number>> = {
  ...{ run_id_required: 64, invalid_input: 64, target_unresolved: 64, permission_denied: 77 },
  ...{ rate_limited: 69, contention_exhausted: 69, deadline_exceeded: 69, api_error: 69 },
};
const BROKEN_CODES: readonly string[] = [
  ...['target_moved', 'pr_not_found', 'state_corrupt', 'state_unsupported', 'state_branch_foreign'],
];
const ASKS_FOR_OWNERSHIP: readonly string[] = ['claim', 'takeover', 'ensure', 'assert', 'push'];

/** What a command was told is true, and what it did is told. */
export function judgeAnswer(said: Said, known: Known, report: Report): void {
  const { answer, killed, leftBehind, changedFiles, landed, stderr } = { ...said, ...known };
  const name = describe(said);
  if (landed.length > 1) report('pairing', `${name}: it has landed ${String(landed.length)} times`);
  if (changedFiles.length > 0) report('checkout', `${name}: the checkout has changed: ${changedFiles.join(', ')}`);
  const isGone = killed === 'process' || killed === 'process and git';
  if (leftBehind.length > 0 && !isGone) report('left behind', `${name}: ${leftBehind.join(', ')}`);
  if (/^\s+at .*:\d+:\d+\)?$/m.test(stderr)) report('answer', `${name}: it shows a stack trace: ${stderr}`);
  if (answer === null) {
    if (!isGone) report('answer', `${name}: it was not killed and gave no answer: ${stderr.slice(0, 300)}`);
    return;
  }
  judgeOwned(said, answer, known, report);
  if (!isGone && said.exitStatus !== exitStatusFor(said.command, answer)) {
    report('exit status', `${name}: ${String(said.exitStatus)} for ${codeOf(answer)}, owned ${String(answer.owned)}`);
  }
  if (said.command === 'push') judgePushed(said, answer, known, report);
}

function judgePushed(said: Said, answer: Told, { story, landed }: Known, report: Report): void {
  const name = describe(said);
  const { status, error, publishedSha, publishedFrom, message } = answer;
  const [move] = landed;
  if (said.dryRun && move !== undefined) return report('answer', `${name}: a dry run has landed`);
  if (status === 'published') {
    if (move === undefined) return report('answer', `${name}: it was told "published", and did not land`);
    if (publishedSha !== move.to || publishedFrom !== move.from || said.commit !== move.to) {
      report('answer', `${name}: it was told of ${String(publishedFrom)} to ${String(publishedSha)}, not of its move`);
    }
    return;
  }
  if (status === 'owner_confirmed') {
    const heads = [story.start, ...story.moves.map(({ to }) => to)];
    if (move !== undefined) report('hidden push', `${name}: it has landed, and was told "nothing to publish"`);
    if (!said.dryRun && !heads.includes(said.commit ?? '')) {
      report('answer', `${name}: it was told "nothing to publish", and its commit was never the head`);
    }
    return;
  }
  if (move === undefined) return;
  if (error === null || isConflict(error)) {
    return report('answer', `${name}: it was refused, and has landed`);
  }
  if (!/may have landed/.test(message)) report('hidden push', `${name}: it failed with "${message}", and has landed`);
}

/** The record at the commit that it names shows this run, in this tenure, not told to exit. */
function judgeOwned(said: Said, answer: Told, { versions }: Known, report: Report): void {
  const name = describe(said);
  if (!answer.owned) return;
  if (!answer.ok) report('owned', `${name}: it failed, and was told that it owns`);
  const record = versions.find(({ oid }) => oid === answer.stateCommit)?.after ?? null;
  if (record === null) return report('owned', `${name}: its state commit is not in the log`);
  const owner = record.activeRun;
  const isOwner = owner?.runId === said.runId && owner.attempt === said.attempt && owner.fencingToken === answer.token;
  const isTold = record.exitSignals.some(({ fencingToken }) => fencingToken === owner?.fencingToken);
  if (!isOwner || isTold) report('owned', `${name}: it did not own at ${String(answer.stateCommit)}`);
}

function exitStatusFor(command: string, { ok, owned, error }: Told): number {
  if (ok) return owned || !ASKS_FOR_OWNERSHIP.includes(command) ? 0 : 75;
  return ERROR_EXITS[error ?? ''] ?? (BROKEN_CODES.includes(error ?? '') ? 70 : 75);
}

function isConflict(error: string): boolean {
  return ERROR_EXITS[error] === undefined && !BROKEN_CODES.includes(error);
}

export function codeOf({ status, error }: Told): string {
  return error ?? status ?? 'nothing';
}

export function describe({ step, command, runId, attempt, answer, killed }: Said): string {
  const told = answer === null ? 'no answer' : codeOf(answer);
  const kill = killed === null ? '' : `, ${killed} killed`;
  return `${step} (${command}, run ${runId}/${String(attempt)}, ${told}${kill})`;
}
