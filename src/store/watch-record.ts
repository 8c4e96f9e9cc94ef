import { recordPath, type Target } from '../core/record.js';
import type { Deadline } from '../time/deadline.js';
import type { ServerTime } from '../time/server-time.js';
import { failureOfStatus, transient, type Purpose } from './failures.js';
import { etagOf } from './etag.js';
import type { LookResult, ShownRecord, StoreFailure } from './state-store.js';
import type { Answered, HttpAnswer, Transport } from './transport.js';

/** GitHub's time in an answer, or why it is none of now. */
export type Timed =
  { readonly kind: 'now'; readonly time: ServerTime } | { readonly kind: 'failed'; readonly failure: StoreFailure };

export interface LookContext {
  readonly transport: Transport;
  readonly target: Target;
  readonly stateBranch: string;
  readonly purpose: Purpose;
  /** Judges the time of the answer to what is sent now. */
  readonly timed: (answer: HttpAnswer) => Timed;
}

/** The file as it is: JSON with base64 in it would have to be taken apart, and has an ETag of its own. */
const RAW = 'application/vnd.github.raw+json';

/** Asks for the text of a record by one conditional request: answered 304, it costs nothing of the limit. */
export async function lookAtRecord(
  { transport, target, stateBranch, purpose, timed }: LookContext,
  known: ShownRecord | null,
  deadline: Deadline,
): Promise<LookResult> {
  const [owner, repo] = target.repo.split('/');
  const etag = known?.etag ?? null;
  const answer = await transport.rest(
    'GET /repos/{owner}/{repo}/contents/{path}',
    // By its whole name: a tag called like the branch would come first.
    { owner, repo, path: recordPath(target), ref: `refs/heads/${stateBranch}` },
    deadline,
    { accept: RAW, ...(etag === null ? {} : { 'if-none-match': etag }) },
  );
  if (answer.kind === 'answer' && isElsewhere(answer.status)) return { kind: 'missing' };
  const isSame = answer.kind === 'answer' && answer.status === 304;
  const failure = isSame ? null : failureOfStatus(answer, purpose);
  if (failure !== null || answer.kind === 'no_answer') {
    return { kind: 'failed', failure: failure ?? transient(`GitHub did not answer while ${purpose.doing}`, answer) };
  }
  const told = timed(answer);
  if (told.kind === 'failed') return told;
  const { time } = told;
  if (isSame) {
    if (known !== null && etag !== null) return { kind: 'unchanged', shown: known, time };
    const problem = `GitHub answered 304, though nothing was named that could be unchanged, while ${purpose.doing}`;
    return { kind: 'failed', failure: transient(problem, answer) };
  }
  const text = textOf(answer);
  if (text === null) return { kind: 'missing' };
  const shown = { text, etag: etagOf(answer) };
  return { kind: text === known?.text ? 'unchanged' : 'changed', shown, time };
}

/** A redirect leads to another name or another server, and is not followed. */
function isElsewhere(status: number): boolean {
  return status === 404 || (status >= 300 && status < 400 && status !== 304);
}

/** `null` for what was taken apart as JSON on the way: a folder, or a server that does not know the raw form. */
function textOf({ body }: Answered): string | null {
  if (typeof body === 'string') return body;
  return body instanceof ArrayBuffer ? Buffer.from(body).toString('utf8') : null;
}
