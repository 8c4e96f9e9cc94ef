import * as v from 'valibot';
import { HIGHEST_TOKEN } from './record.js';
import { findRepeatedKey } from './repeated-keys.js';

/** The file in the root of a state branch that says whose it is. */

export const MARKER_PATH = '.runner-coord.json';
/** The folder of all records. */
export const RECORDS_FOLDER = 'pulls';
const LAYOUT = 1;

export interface Marker {
  readonly repoId: number;
  /** The input `state-branch` that the branch was made for: its name, or the pattern that it is a shard of. */
  readonly stateBranch: string;
  /** `null`: the branch has the records of all pull requests. */
  readonly shard: string | null;
  /** No tenure may get a token at or below it; it only rises. */
  readonly tokenFloor: number;
  /** Set once the records are kept elsewhere: nothing may change here any more. */
  readonly moved: Moved | null;
}

export interface Moved {
  /** The input `state-branch` under which they are from then on. */
  readonly to: string;
  /** The last commit that has them here; `null`: all of them do, this one too. */
  readonly from: string | null;
}

/** What the text of a marker turned out to be. */
export type MarkerReading =
  | { readonly kind: 'marker'; readonly marker: Marker }
  | { readonly kind: 'corrupt'; readonly problem: string }
  | { readonly kind: 'unsupported'; readonly layout: number };

const LayoutSchema = v.object({ layout: v.pipe(v.number(), v.safeInteger(), v.minValue(1)) });

const MarkerSchema = v.object({
  repoId: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  stateBranch: v.pipe(v.string(), v.nonEmpty()),
  shard: v.optional(v.pipe(v.string(), v.regex(/^(?:0\d|1[0-5])$/))),
  tokenFloor: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(HIGHEST_TOKEN)),
  movedTo: v.optional(v.pipe(v.string(), v.nonEmpty())),
  movedFrom: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{40,64}$/))),
});

export function readMarker(text: string): MarkerReading {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { kind: 'corrupt', problem: `it is not JSON (${String(error)})` };
  }
  const repeated = findRepeatedKey(text);
  if (repeated !== null) return { kind: 'corrupt', problem: `the key ${JSON.stringify(repeated)} stands twice` };
  const layout = v.safeParse(LayoutSchema, json, { abortEarly: true });
  if (!layout.success) return { kind: 'corrupt', problem: `layout: ${layout.issues[0].message}` };
  if (layout.output.layout !== LAYOUT) return { kind: 'unsupported', layout: layout.output.layout };
  const marker = v.safeParse(MarkerSchema, json, { abortEarly: true });
  if (marker.success) return { kind: 'marker', marker: markerOf(marker.output) };
  const [issue] = marker.issues;
  return { kind: 'corrupt', problem: `${String(v.getDotPath(issue))}: ${issue.message}` };
}

export function writeMarker({ repoId, stateBranch, shard, tokenFloor, moved }: Marker): string {
  const written = {
    ...{ layout: LAYOUT, repoId, stateBranch },
    ...(shard === null ? {} : { shard }),
    tokenFloor,
    ...(moved === null ? {} : { movedTo: moved.to }),
    ...(moved?.from == null ? {} : { movedFrom: moved.from }),
  };
  return `${JSON.stringify(written, null, 2)}\n`;
}

function markerOf({ movedTo, movedFrom, shard, ...marker }: v.InferOutput<typeof MarkerSchema>): Marker {
  const moved = movedTo === undefined ? null : { to: movedTo, from: movedFrom ?? null };
  return { ...marker, shard: shard ?? null, moved };
}
