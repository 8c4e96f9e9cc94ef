import * as v from 'valibot';
import type { LogEntry } from '../core/board/log-event.js';
import { RECORDS_FOLDER } from '../core/marker.js';
import { recordPath } from '../core/record.js';
import { AnswerClock } from '../store/answer-time.js';
import { judgeBranch } from '../store/branch-marker.js';
import { permanent, transient, type Purpose } from '../store/failures.js';
import { failureOfError, readGraphqlAnswer } from '../store/graphql-answer.js';
import type { HttpAnswer } from '../store/transport.js';
import {
  BRANCH_QUERY,
  BranchSchema,
  HISTORY_QUERY,
  PageSchema,
  type FolderEntry,
  type History,
} from './branch-query.js';
import type { BoardContext, BoardRepository } from './context.js';
import { untilTold, type Answered, type Told } from './told.js';

export interface RecordEntry {
  readonly pr: number;
  readonly scope: string | null;
  /** The object that holds its text; `null`: what lies there is no file, such as a submodule, or too large for a record. */
  readonly blob: string | null;
  /** In bytes. */
  readonly size: number;
}

export interface LogPage {
  readonly entries: readonly LogEntry[];
  /** Where the next page begins; `null`: the span ends here. */
  readonly next: string | null;
}

export interface BranchReading extends BoardRepository {
  readonly branch: string;
  /** `null`: there is no such branch yet, and so nobody owns anything. */
  readonly head: string | null;
  /** Of the marker; 0 where there is no branch. */
  readonly tokenFloor: number;
  readonly defaultBranch: string | null;
  readonly records: readonly RecordEntry[];
  readonly page: LogPage;
  /** GitHub's time of the answer. */
  readonly now: string;
}

/** A record of ours is far shorter, and of what is longer the API shows a part. */
const LONGEST_TEXT = 512_000;

/** Reads where a state branch stands. Only an answer that shows the repository can say that the branch is not there. */
export function readBranch(
  context: BoardContext,
  asked: string,
  branch: string,
  since: string,
): Promise<Answered<BranchReading>> {
  const [owner, name] = asked.split('/');
  const answerClock = new AnswerClock();
  return untilTold<BranchReading>(async () => {
    const purpose = reading(context, 'reading the state branch');
    const sent = context.clock.monotonic();
    const variables = { owner, name, ref: `refs/heads/${branch}`, since };
    const answer = await context.transport.graphql(BRANCH_QUERY, variables, context.deadline);
    const told = parsed(answer, BranchSchema, purpose);
    if (told.kind === 'failed') return told;
    const time = answerClock.read(answer, sent, context.clock.monotonic());
    if (time.kind !== 'now') {
      return failed(transient(`Something on the way to GitHub gave a kept answer while ${purpose.doing}`, answer));
    }
    const { repository } = told.value;
    if (repository === null) {
      const advice = `Check the name, and that the token may see it (permission "${purpose.permission}").`;
      return failed(permanent('permission_denied', `GitHub shows no repository ${asked} to this token`, advice));
    }
    if (repository.ref === null && repository.defaultBranchRef === null) {
      return failed(transient(`GitHub showed no branch at all of ${asked} while ${purpose.doing}`, answer));
    }
    const common = {
      ...{ repo: repository.nameWithOwner.toLowerCase(), repoId: repository.databaseId, branch },
      defaultBranch: repository.defaultBranchRef?.name ?? null,
      now: new Date(time.time.serverMs).toISOString(),
    };
    if (repository.ref === null) {
      const nothing = { head: null, tokenFloor: 0, records: [], page: { entries: [], next: null } };
      return { kind: 'told', value: { ...common, ...nothing } };
    }
    const commit = repository.ref.target;
    const { marker } = commit;
    const text = marker?.object?.isTruncated === true ? null : (marker?.object?.text ?? null);
    const files = { marker: marker === null ? ('absent' as const) : { text }, hasRecords: commit.records !== null };
    const judged = judgeBranch(files, { repo: common.repo, repoId: common.repoId, pr: 1, scope: null }, branch);
    if (judged.kind === 'failed') return failed(judged.failure);
    const folders = commit.records?.object?.entries ?? [];
    const records = folders.flatMap(({ name: folder, object }) =>
      (object?.entries ?? []).flatMap((entry) => recordIn(folder, entry)),
    );
    const { tokenFloor } = judged;
    return { kind: 'told', value: { ...common, head: commit.oid, tokenFloor, records, page: pageOf(commit.history) } };
  }, context);
}

/** The page of the log that follows another one. */
export function readPage(
  context: BoardContext,
  { repo }: BoardRepository,
  { head, after, since }: { readonly head: string; readonly after: string; readonly since: string },
): Promise<Answered<LogPage>> {
  const [owner, name] = repo.split('/');
  return untilTold<LogPage>(async () => {
    const purpose = reading(context, 'reading the log of the state branch');
    const variables = { owner, name, oid: head, after, since };
    const answer = await context.transport.graphql(HISTORY_QUERY, variables, context.deadline);
    const told = parsed(answer, PageSchema, purpose);
    return told.kind === 'failed' ? told : { kind: 'told', value: pageOf(told.value.repository.object.history) };
  }, context);
}

function pageOf({ pageInfo, nodes }: History): LogPage {
  const entries = nodes.map(({ oid: commit, committedDate, message }) => ({
    ...{ commit, committedAt: committedDate, message },
  }));
  return { entries, next: pageInfo.hasNextPage ? pageInfo.endCursor : null };
}

/** What lies elsewhere, or is called otherwise, is no record. */
function recordIn(folder: string, { name: file, oid, type, size }: FolderEntry): readonly RecordEntry[] {
  const [, number, scope = null] = /^([1-9]\d{0,15})(?:\.([a-z0-9][a-z0-9-]{0,39}))?\.json$/.exec(file) ?? [];
  const pr = Number(number);
  if (number === undefined || !Number.isSafeInteger(pr)) return [];
  const isThere = recordPath({ repo: '', pr, scope }) === `${RECORDS_FOLDER}/${folder}/${file}`;
  return isThere ? [{ pr, scope, blob: type === 'blob' && size <= LONGEST_TEXT ? oid : null, size }] : [];
}

export function reading({ clock }: BoardContext, doing: string): Purpose {
  return { doing, permission: 'contents: read', now: clock.now() };
}

/** Data of that form without any error beside it; everything else is a failure that says what it was. */
function parsed<T extends v.GenericSchema>(answer: HttpAnswer, schema: T, purpose: Purpose): Told<v.InferOutput<T>> {
  const read = readGraphqlAnswer(answer, purpose);
  if (read.kind === 'failed') return read;
  const [error] = read.errors;
  if (error !== undefined) return failed(failureOfError(error, read.raw, purpose));
  const data = v.safeParse(schema, read.data, { abortEarly: true });
  if (data.success) return { kind: 'told', value: data.output };
  const where = v.getDotPath(data.issues[0]) ?? 'data';
  return failed(transient(`GitHub’s answer could not be understood (${where}) while ${purpose.doing}`, answer));
}

export function failed(failure: Extract<Told<never>, { kind: 'failed' }>['failure']): Told<never> {
  return { kind: 'failed', failure };
}
