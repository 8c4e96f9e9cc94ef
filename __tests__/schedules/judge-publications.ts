import type { Commit, Move } from './branch.js';
import type { Report } from './judge.js';
import type { Operation } from './operation.js';
import type { Played } from './simulate.js';

/** What is promised of pushes, told without the reference model: by both branches and by what was answered. */
export function judgePublications(played: Played, report: Report): void {
  const { branch, begin, operations } = played;
  for (const move of branch.moves.filter(({ state }) => state > begin)) {
    const by = operations.find(({ ids }) => move.id !== null && ids.has(move.id));
    judgeTenure(move, by, played, report);
    const isTold = by !== undefined && by.lease === move.from;
    if (!isTold && !branch.isAncestor(move.from, move.to)) {
      report('a push loses nobody’s commits', `${String(move.id)}: ${move.to} does not build on ${move.from}`);
    }
  }
  for (const { oid, event } of branch.commits) {
    if (event?.type !== 'publish') continue;
    const moves = branch.moves.filter(({ id }) => id === event.id);
    if (moves.length !== 1) {
      const times = `${oid} says that ${String(event.id)} has published, and it did so ${String(moves.length)} times`;
      report('what is published is of the tenure of that moment', times);
    }
  }
  for (const operation of operations) if (operation.request.command === 'push') judgePush(operation, played, report);
}

/** The push brought an event, and that is of the tenure that was the current one on the log right then. */
function judgeTenure(move: Move, by: Operation | undefined, { branch }: Played, report: Report): void {
  const strange = (detail: string): void =>
    report('what is published is of the tenure of that moment', `${String(move.id)}: ${detail}`);
  const event: Commit['event'] = branch.commits[move.state - 1]?.event ?? null;
  const isTold = event?.type === 'publish' && event.id === move.id && event.from === move.from && event.to === move.to;
  if (!isTold) return strange('the log does not say so');
  if (event.ref !== 'refs/heads/topic') strange(`the log says that it was ${String(event.ref)}`);
  const record = branch.recordAt(move.state - 1);
  const owner = record?.activeRun ?? null;
  if (owner === null || by === undefined || by.request.command !== 'push') return strange('nobody may have pushed it');
  const { run, fencingToken } = by.request;
  const { expiresAt, fencingToken: token } = owner;
  if (owner.runId !== run.runId) strange(`${owner.runId} owns, and ${run.runId} has pushed`);
  if (event.fencingToken !== token) strange(`tenure ${String(token)} owns, and it says ${String(event.fencingToken)}`);
  if (fencingToken !== null && fencingToken !== token) {
    strange(`tenure ${String(token)} owns, and ${String(fencingToken)} was meant`);
  }
  if (expiresAt !== null && event.at !== null && expiresAt <= event.at) strange(`the tenure had ended at ${expiresAt}`);
  const isSignalled = record?.exitSignals.some((signal) => signal.fencingToken === token);
  if (isSignalled === true) strange('the owner was told to exit');
}

function judgePush({ name, request, ids, outcome }: Operation, { branch }: Played, report: Report): void {
  if (request.command !== 'push' || outcome === null) return;
  const { commit } = request.publication;
  const moves = branch.moves.filter(({ id }) => id !== null && ids.has(id));
  if (outcome.kind === 'ok' && outcome.status === 'published') {
    const published = outcome.view?.published ?? null;
    const [move] = moves;
    const isTrue = published?.landed === true && published.commit === commit && published.head === move?.from;
    if (moves.length === 1 && move?.to === commit && isTrue) return;
    const what = `${String(moves.length)} pushes have landed, the last ${String(move?.to)}; it tells of ${String(published?.commit)}`;
    return report('a push that says published has landed', `${name}: ${what}`);
  }
  // Whatever else it admits: the commits are on the branch, and it said that they are not.
  const isSilent = outcome.kind !== 'error' || !outcome.mayHaveWritten;
  const answer = outcome.kind === 'ok' ? outcome.status : outcome.kind === 'conflict' ? outcome.code : 'an error';
  if (isSilent && moves.length > 0) report('a push that was refused does not land', `${name}: ${answer}, but it has`);
}
