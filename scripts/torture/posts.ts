import type { Context } from './context.js';
import type { Rule, Said } from './history.js';
import type { Version } from './replay.js';

/** What a post step may do, and what it has to have done: end the tenure that its own step began, and no other. */

type ReportSaid = (rule: Rule, said: Said, detail: string) => void;

export function judgePost(said: Said, context: Context, report: ReportSaid): void {
  const { post } = said;
  if (post === undefined) return report('harness', said, 'it has no main step');
  const main = context.step(post.mainStep);
  if (main === undefined) return report('harness', said, `there is no step ${post.mainStep}`);
  for (const version of context.landed(said)) judgeEnding(said, main, version, context, report);
  if (said.answer !== null) report('post', said, 'the post step acted as a main step: it set outputs');
  if (said.killed) return;
  if (post.exitCode !== 0) report('post', said, `it ended with ${String(post.exitCode)}`);
  if (!post.warned) judgeRest(said, main, context, report);
}

/** It ends a tenure only if a write of its step began it, no other step has renewed it, and its end was asked for. */
function judgeEnding(said: Said, main: Said, { event, before }: Version, context: Context, report: ReportSaid): void {
  const active = before?.activeRun ?? null;
  if (event === null || active === null) return;
  if (event.type !== 'release') return report('post', said, `it wrote a ${event.type}`);
  const served = context.servedOf(main).some(({ record }) => record.activeRun?.id === active.id);
  const handed = context.branch.added.get(active.id)?.[0]?.handover != null;
  if ((handed || !main.seen.requestIds.includes(active.id)) && !served) {
    report('post', said, `it ended the tenure of token ${String(active.fencingToken)}, which its step had not begun`);
  }
  if (active.renewedBy !== null && !main.seen.requestIds.includes(active.renewedBy)) {
    report('post', said, `it ended a tenure that another step had renewed (${active.renewedBy})`);
  }
  if (main.answer?.owned === true && !main.inputs.releaseOnExit) {
    report('post', said, 'it released although "release-on-exit" is false');
  }
}

/** When it has ended without a warning, nothing of its step is left that nobody knows of. */
function judgeRest(said: Said, main: Said, context: Context, report: ReportSaid): void {
  const index = context.lastIndexBefore(said.end);
  if (context.placesOf(main, index) > 0) report('left behind', said, 'the place of its step is still in line');
  // A hand-over begins the tenure of whoever was in line.
  const own = context
    .landed(main)
    .find(({ event, handover, record }) => handover === null && record.activeRun?.id === event?.id);
  const begun = own ?? context.servedOf(main)[0];
  const asked = main.inputs.releaseOnExit || (main.answer !== null && !main.answer.owned);
  const late = begun !== undefined && begun.commit.from > main.end;
  if (begun === undefined || (!asked && !late)) return;
  const last = context.recordAt(said.pr, context.lastIndexBefore(said.end))?.activeRun ?? null;
  const renewed = last?.renewedBy != null && !main.seen.requestIds.includes(last.renewedBy);
  if (last === null || last.id !== begun.record.activeRun?.id || renewed) return;
  const token = String(last.fencingToken);
  report('left behind', said, `token ${token} is still held, and its log is "${said.post?.log ?? ''}"`);
}
