import type { Context } from './context.js';
import { isConflict, type Rule, type Said } from './said.js';
import { BEGINNINGS } from './relation.js';
import type { Version } from './replay.js';

type ReportSaid = (rule: Rule, said: Said, detail: string) => void;

/**
 * A write that begins a tenure after its step has ended, and its post step too, begins one that nobody knows of. Whoever
 * ends without an answer says so, and whoever is killed cannot; everybody else has to see to it that it lands no more.
 *
 * @returns whether it landed late, with an excuse or without.
 */
export function judgeLate({ event, commit }: Version, context: Context, report: ReportSaid): boolean {
  if (event === null || !BEGINNINGS.includes(event.type) || event.type === 'handover') return false;
  const said = context.authorOf(event.id);
  if (said === undefined || commit.from <= said.end) return false;
  const post = context.postOf(said);
  const { answer } = said;
  const answered = answer !== null && (answer.error === '' || isConflict(answer));
  if (post === undefined) {
    if (answered)
      report('late tenure', said, `its ${event.type} landed after it had ended, and no post step was there`);
    return true;
  }
  if (commit.from <= post.end) return false;
  if (post.killed || post.post?.warned === true) return true;
  report('late tenure', said, `its ${event.type} landed after its post step ${post.step} had ended without a warning`);
  return true;
}

/** A place is served although its step, and its post step, had ended and said so: it begins what nobody knows of. */
export function judgeService({ handover, commit }: Version, context: Context, report: ReportSaid): void {
  const said = handover?.entry === undefined ? undefined : context.authorOf(handover.entry);
  if (said === undefined || commit.from <= said.end) return;
  const post = context.postOf(said);
  const { answer } = said;
  const answered = answer !== null && (answer.error === '' || isConflict(answer));
  if (post === undefined ? !answered : post.killed || post.post?.warned === true || commit.from <= post.end) return;
  // It was refused with a warning that the place could not be left, and no post step came.
  if (post === undefined && said.warned) return;
  report('late tenure', said, 'its place was served after it had ended');
}
