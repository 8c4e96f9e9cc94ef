import * as v from 'valibot';
import type { EventReader } from './answer.js';
import { ownHead } from './branch-lookup.js';
import { nextStep } from './hints.js';
import { branchOfRef, BranchName } from './refs.js';

/** No event of GitHub's: somebody calls the command line in a checkout. */
export const CHECKOUT = 'checkout';

/** Means the one open pull request of the branch that is checked out. */
export const readCheckout: EventReader = (event) => {
  const branch = event.ref === null ? null : branchOfRef(event.ref);
  if (branch === null || !v.is(BranchName, branch)) {
    return { kind: 'none', looked: ['HEAD'], hint: nextStep(CHECKOUT) };
  }
  return { kind: 'lookup', lookup: { heads: [ownHead(event, branch, null)], commit: null }, looked: ['HEAD'] };
};
