import type { CoordinationRequest } from '../../src/core/request.js';
import type { Ask } from './terms.js';

const UNUSED: Omit<Ask, 'command' | 'run' | 'reason'> = {
  token: null,
  requireExisting: true,
  requireOpen: null,
  requireActiveOwner: true,
  targetRunId: null,
  evict: false,
  strict: false,
  supersede: 'never',
  staleAfterMs: 0,
  jobOutcome: null,
  term: { detached: false, expiresAfterMs: null, byDefault: true },
  line: null,
  begunBy: null,
  writes: [],
  publication: null,
};

/** The same request in the words of the reference model. */
export function askOf(request: CoordinationRequest): Ask {
  const token = 'fencingToken' in request ? request.fencingToken : null;
  return { ...UNUSED, ...request, token };
}
