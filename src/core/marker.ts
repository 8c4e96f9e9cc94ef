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
  readonly stateBranch: string;
  /** No tenure may get a token at or below it; it only rises. */
  readonly tokenFloor: number;
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
  tokenFloor: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(HIGHEST_TOKEN)),
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
  if (marker.success) return { kind: 'marker', marker: marker.output };
  const [issue] = marker.issues;
  return { kind: 'corrupt', problem: `${String(v.getDotPath(issue))}: ${issue.message}` };
}

export function writeMarker({ repoId, stateBranch, tokenFloor }: Marker): string {
  return `${JSON.stringify({ layout: LAYOUT, repoId, stateBranch, tokenFloor }, null, 2)}\n`;
}
