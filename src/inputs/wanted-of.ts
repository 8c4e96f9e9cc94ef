import type { CoordinationRequest } from '../core/request.js';
import type { Asker, Place, Publishing, Wanted } from '../use-case/wanted.js';
import type { Inputs } from './inputs.js';

/** What the inputs ask of the use case, whichever shell has read them. */
export function wantedOf(
  inputs: Inputs,
  request: CoordinationRequest,
  asker: Asker,
  place: Place,
  publishing: Publishing | null,
): Wanted {
  return {
    ...{ request, asker, place, publishing },
    stateBranch: inputs['state-branch'],
    timeoutMs: inputs.timeout,
    waitTimeoutMs: inputs['wait-timeout'],
    takeover: { permission: inputs['takeover-permission'], actors: inputs['takeover-actors'] },
    cancelSuperseded: inputs['cancel-superseded'],
    prStatus: inputs['pr-status'],
  };
}
