/** The parts of a stored record that the checker needs, read by itself and not by the code under test. */
export interface JudgedRecord {
  readonly fencingToken: number;
  readonly activeRun: {
    readonly runId: string;
    readonly attempt: number;
    readonly fencingToken: number;
    readonly expiresAt: string | null;
  } | null;
  readonly history: readonly JudgedEvent[];
  readonly exitSignals: readonly { readonly fencingToken: number | null }[];
}

export interface JudgedEvent {
  readonly type: string;
  readonly id: string | null;
  readonly runId: string;
  readonly attempt: number | null;
  readonly fencingToken: number | null;
  readonly at: string | null;
  readonly from?: string;
  readonly to?: string;
  readonly ref?: string;
}

/** The record of one pull request after every commit of the state branch. */
export interface Version {
  readonly oid: string;
  readonly parent: string | null;
  readonly before: JudgedRecord | null;
  readonly after: JudgedRecord | null;
  /** Events that this very commit brought. */
  readonly events: readonly JudgedEvent[];
  readonly paths: readonly string[];
}

export function versionsOf(
  commits: readonly {
    readonly oid: string;
    readonly changes: readonly { readonly path: string; readonly text: string | null }[];
  }[],
  recordPath: string,
): readonly Version[] {
  let before: JudgedRecord | null = null;
  let parent: string | null = null;
  return commits.map(({ oid, changes }) => {
    const change = changes.find(({ path }) => path === recordPath);
    const after: JudgedRecord | null = change === undefined ? before : readRecord(change.text);
    const known = new Set((before?.history ?? []).map(keyOf));
    const events = (after?.history ?? []).filter((event) => !known.has(keyOf(event)));
    const version = { oid, parent, before, after, events, paths: changes.map(({ path }) => path) };
    before = after;
    parent = oid;
    return version;
  });
}

/** Whether nothing but the history is another one. */
export function isSameButForHistory(one: JudgedRecord, another: JudgedRecord): boolean {
  const told = (record: JudgedRecord): string => JSON.stringify({ ...record, history: [] });
  return told(one) === told(another);
}

function keyOf({ id, type, at }: JudgedEvent): string {
  return id === null ? `${type} ${at ?? ''}` : `${id} ${type}`;
}

function readRecord(text: string | null): JudgedRecord | null {
  return text === null ? null : (JSON.parse(text) as JudgedRecord);
}
