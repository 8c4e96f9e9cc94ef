import type { Failure } from '../core/outcome.js';
import type { Publication } from '../core/publication.js';
import type { Refspec } from '../inputs/values.js';
import type { Publishing } from './wanted.js';

/** What is to be published, as a user says it. */
export interface PushSource {
  /** A folder of the repository that it comes from. */
  readonly folder: string;
  readonly temporaryFolder: string;
  readonly refspec: Refspec;
  /** `null`: the commit has to build on the branch's head; `''`: on the head that was fetched last; else the head it replaces. */
  readonly lease: string | null;
  readonly dryRun: boolean;
  readonly token: string;
}

export type PreparedPush =
  | { readonly ok: true; readonly publication: Publication; readonly publishing: Publishing }
  | { readonly ok: false; readonly failure: Failure };

/** Finds the commit in the checkout, before anybody is asked anything. */
export async function preparePush(source: PushSource): Promise<PreparedPush> {
  const { folder, temporaryFolder, refspec, lease, dryRun, token } = source;
  const { openCheckout } = await import('../publish/index.js');
  const opened = await openCheckout({ folder, temporaryFolder, revision: refspec.source, lease });
  if (opened.kind === 'refused') {
    const { problem, advice } = opened;
    return { ok: false, failure: { code: 'invalid_input', problem, advice } };
  }
  const { checkout } = opened;
  const { commit } = checkout;
  const publication = { commit, branch: refspec.branch, isLeased: lease !== null, dryRun };
  return { ok: true, publication, publishing: { checkout, token } };
}
