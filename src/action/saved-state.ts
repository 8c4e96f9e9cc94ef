import { getState, saveState } from '@actions/core';
import * as v from 'valibot';

/**
 * What main leaves for the post step. It is saved before every write, and again with what came of it, so that a job that
 * is cancelled in between leaves a state from which post still does the right thing. A step that has nothing to clean up
 * leaves nothing, and its post step asks nothing.
 */

const NAME = 'coordination';

/** The runner hands states over as environment variables; Linux limits one to 128 KiB and all of a process together. */
const LARGEST_STATE_BYTES = 24 * 1024;

const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

const TenureSchema = v.object({
  fencingToken: positive,
  /** The write that began it. */
  id: v.string(),
  /** The commit whose record shows the tenure, and the record's text; `null` where it was too long to hand over. */
  commit: v.string(),
  record: v.nullable(v.string()),
  /** Heads from before the claim: a reading that shows one of them is stale. */
  outdatedHeads: v.array(v.string()),
});

const SavedSchema = v.object({
  /** `pending`: main was at work and may have written; `held`: it began a tenure that is to be released. */
  phase: v.picklist(['pending', 'held']),
  /** The ids of all its writes, and whether one of them may make the branch. */
  writes: v.array(v.string()),
  founding: v.boolean(),
  target: v.object({ repo: v.string(), pr: positive, scope: v.nullable(v.string()) }),
  /** The id of the target's repository, by which it is known again after a rename. */
  repositoryId: v.nullable(positive),
  stateBranch: v.string(),
  run: v.object({ runId: v.string(), attempt: positive }),
  timeoutMs: v.number(),
  /** Whether the status of the head commit is to show what post makes of it. */
  prStatus: v.boolean(),
  /** GitHub's clock less the runner's, as main saw it. */
  clockOffsetMs: v.number(),
  tenure: v.nullable(TenureSchema),
});

export type SavedState = v.InferOutput<typeof SavedSchema>;
export type SavedTenure = v.InferOutput<typeof TenureSchema>;

export type SavedAnswer =
  | { readonly kind: 'saved'; readonly state: SavedState }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unreadable' };

export function save(state: SavedState): void {
  const text = JSON.stringify(state);
  const isSmall = Buffer.byteLength(text, 'utf8') <= LARGEST_STATE_BYTES;
  // Without the record the post step reads before it writes: one request more.
  const slim = { ...state, tenure: state.tenure && { ...state.tenure, record: null } };
  saveState(NAME, isSmall ? text : JSON.stringify(slim));
}

/** Nothing is left to clean up; the entry of the post step then ends at once. */
export function forget(): void {
  saveState(NAME, '');
}

export function load(): SavedAnswer {
  const text = getState(NAME);
  if (text === '') return { kind: 'nothing' };
  try {
    const state = v.safeParse(SavedSchema, JSON.parse(text), { abortEarly: true });
    return state.success ? { kind: 'saved', state: state.output } : { kind: 'unreadable' };
  } catch {
    return { kind: 'unreadable' };
  }
}
