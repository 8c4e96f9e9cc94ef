import { getState, saveState } from '@actions/core';
import * as v from 'valibot';

/**
 * What main leaves for the post step. It is saved before the first write and again with its result, so that a job that
 * is cancelled in between leaves a state from which post still does the right thing.
 */

const NAME = 'coordination';
const POST_MARK = 'is-post';

/** The runner hands states over as environment variables, which Linux limits to 128 KiB each. */
const LONGEST_RECORD = 60_000;

const TenureSchema = v.object({
  fencingToken: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  /** The commit whose record shows the tenure, and the record's text; `null` where it was too long to hand over. */
  commit: v.string(),
  record: v.nullable(v.string()),
  headSha: v.string(),
  /** Heads from before the claim: a reading that shows one of them is stale. */
  outdatedHeads: v.array(v.string()),
});

const SavedSchema = v.object({
  /** `pending`: main was at work and may have written; `held`: it owns; `none`: there is nothing to release. */
  phase: v.picklist(['pending', 'held', 'none']),
  requestId: v.string(),
  target: v.object({ repo: v.string(), pr: v.pipe(v.number(), v.safeInteger(), v.minValue(1)) }),
  stateBranch: v.string(),
  run: v.object({ runId: v.string(), attempt: v.pipe(v.number(), v.safeInteger(), v.minValue(1)) }),
  timeoutMs: v.number(),
  tenure: v.nullable(TenureSchema),
});

export type SavedState = v.InferOutput<typeof SavedSchema>;
export type SavedTenure = v.InferOutput<typeof TenureSchema>;

export type SavedAnswer =
  | { readonly kind: 'saved'; readonly state: SavedState }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unreadable' };

export function save(state: SavedState): void {
  const tooLong = (state.tenure?.record?.length ?? 0) > LONGEST_RECORD;
  const slim = tooLong && state.tenure !== null ? { ...state, tenure: { ...state.tenure, record: null } } : state;
  saveState(NAME, JSON.stringify(slim));
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

/** Main and post are one bundle. The entry of post sets this mark, and main leaves it for runners that start main twice. */
export function markMain(): void {
  saveState(POST_MARK, 'true');
}

export function isPost(): boolean {
  return getState(POST_MARK) === 'true';
}
