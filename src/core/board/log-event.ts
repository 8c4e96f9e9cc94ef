import { NAME_LIMIT, RUN_ID_LIMIT } from '../printable.js';
import { plain } from '../text.js';

/** What one commit of the state branch says that happened, in the trailers that its message ends with. */
export interface LogEvent {
  readonly commit: string;
  /** When the commit was made. */
  readonly at: string;
  readonly type: string;
  readonly pr: number;
  readonly scope: string | null;
  /** Whom the event is about; with `handover` whoever was served. */
  readonly runId: string;
  readonly attempt: number | null;
  readonly previousRunId: string | null;
  /** Of the tenure that began or that the event is about; of one that joins or leaves the line, the newest. */
  readonly fencingToken: number;
  /** Of whoever made the write. */
  readonly actor: string | null;
  readonly workflow: string | null;
  readonly workflowRunId: number | null;
  /** What ended the tenure: `release`, `evict` or `expired`. */
  readonly endedBy: string | null;
  readonly cause: string | null;
  /** The place in line that was served. */
  readonly place: string | null;
  readonly requestId: string | null;
  readonly reason: string | null;
  /** How often another commit came first. */
  readonly lostRaces: number;
  /** Other rounds that came to nothing. */
  readonly retries: number;
  /** What the step needed up to this commit; `null` in those of earlier versions. */
  readonly requests: number | null;
  readonly milliseconds: number | null;
}

/** A commit as the ways of reading give it. */
export interface LogEntry {
  readonly commit: string;
  /** ISO 8601, with any zone. */
  readonly committedAt: string;
  readonly message: string;
}

const PREFIX = 'Coord-';

/**
 * `null` for a commit of somebody else, such as a repair by hand. The message was written by `store/commit-message`, but
 * whoever may write to the repository may write anything: every text is cut and made harmless.
 */
export function readLogEntry({ commit, committedAt, message }: LogEntry): LogEvent | null {
  const lines = message.trimEnd().split(/\r?\n/);
  const trailers = new Map<string, string>();
  // They are the last paragraph; what stands twice counts as it stands last.
  for (const line of lines.slice(lines.lastIndexOf('') + 1 || lines.length)) {
    const end = line.indexOf(': ');
    if (line.startsWith(PREFIX) && end !== -1) trailers.set(line.slice(PREFIX.length, end), line.slice(end + 2).trim());
  }
  const text = (name: string, limit = NAME_LIMIT): string | null =>
    plain(asWritten(trailers.get(name) ?? ''), limit) || null;
  const number = (name: string): number | null => readNumber(trailers.get(name));
  const time = Date.parse(committedAt);
  const [type, runId] = [text('Event'), text('Run-Id', RUN_ID_LIMIT)];
  const [pr, fencingToken] = [number('Pull-Request') ?? 0, number('Fencing-Token')];
  if (type === null || runId === null || pr === 0 || fencingToken === null || Number.isNaN(time)) return null;
  const reason = lines.find((line) => line.startsWith('Reason: '))?.slice('Reason: '.length) ?? '';
  return {
    ...{ commit, at: new Date(time).toISOString(), type, pr, scope: text('Scope'), runId },
    attempt: number('Attempt'),
    previousRunId: text('Previous-Run-Id', RUN_ID_LIMIT),
    fencingToken,
    ...{ actor: text('Actor'), workflow: text('Workflow'), workflowRunId: number('Workflow-Run-Id') },
    ...{ endedBy: text('Ended-By'), cause: text('Cause'), place: text('Place'), requestId: text('Request-Id') },
    reason: plain(asWritten(reason), 600) || null,
    ...{ lostRaces: number('Lost-Races') ?? 0, retries: number('Retries') ?? 0 },
    ...{ requests: number('Requests'), milliseconds: number('Milliseconds') },
  };
}

/** The words that would close an issue have a dot in the log, which nobody wants to read; nor do they close any where it is read. */
function asWritten(text: string): string {
  return text.replace(/\b([cfr])·(?=(?:lose[sd]?|ix(?:e[sd])?|esolve[sd]?)\b)/gi, '$1');
}

function readNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** Which target an event, a tenure or a record is about, among those of one repository. */
export function targetKey({ pr, scope }: { readonly pr: number; readonly scope: string | null }): string {
  return scope === null ? String(pr) : `${String(pr)}.${scope}`;
}
