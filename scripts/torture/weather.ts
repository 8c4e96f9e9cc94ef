import {
  badGateway,
  badGatewayAfterApplying,
  combined,
  fieldErrorAfterApplying,
  isWrite,
  keptAnswer,
  losesRaceAtUpdate,
  losesRaceBeforeCheck,
  neverAnswersAfterApplying,
  opaqueFailure,
  opaqueFailureAfterApplying,
  partialRead,
  primaryRateLimit,
  refCreatedAnswersGarbage,
  refCreatedAnswersUpdateFailed,
  refCreationAnswersNothing,
  refCreationFails,
  refCreationNamesAnother,
  resetsConnection,
  resetsConnectionAfterApplying,
  secondaryRateLimit,
  serviceUnavailable,
  spuriousStaleData,
  staleBy,
  withAge,
  withoutDate,
  type FaultAction,
  type LocalGitHub,
  type LoggedRequest,
  type Match,
  type Meanwhile,
  type RefSnapshot,
} from '../../support/local-github/index.js';
import type { Chance } from './chance.js';
import { landsLateAfter } from './late-weather.js';
import { COMMIT, CREATE_REF, LIVENESS, LOOK, MOVES_HEAD, PERMISSION, PR_STATE, READING } from './matches.js';
import { watched, type Observer } from './watched.js';

/** The faults of a round, and how often they happen. */

/** A field of its own may fail only where GraphQL has fields. */
const isGraphql: Match = ({ kind }) => kind !== 'rest';

/** A replica that lags: while it does, all readings see the refs of one moment. */
export interface Replica {
  lagging(): ReadonlyMap<number, RefSnapshot> | null;
}

/**
 * Plants the weather: every request is late, and some meet a fault. The probabilities add up to about one in six, so
 * that most steps get their answer in the end; the creation of the ref is rare and meets one more often than not.
 */
export function plantWeather(
  github: LocalGitHub,
  chance: Chance,
  observer: Observer & Replica,
  meanwhile: Meanwhile,
): void {
  const plant = (match: Match, probability: number, action: FaultAction): void => {
    const unlucky: Match = (request) => match(request) && chance.happens(probability);
    github.faults.always(unlucky, watched(action, chance, observer));
  };
  const looking: Match = (request) => LOOK(request) || PR_STATE(request);
  const reading: Match = (request) => READING(request) || LIVENESS(request) || PERMISSION(request) || looking(request);
  const graphqlReading: Match = (request) => READING(request) && isGraphql(request);

  plant((request) => READING(request) && observer.lagging() !== null, 0.7, lag(observer));
  plant((request) => LOOK(request) && observer.lagging() !== null, 0.7, lag(observer));
  for (const depth of [1, 2, 3, 5]) plant(READING, 0.012, staleBy(depth));
  for (const depth of [1, 3]) plant(LOOK, 0.03, staleBy(depth));
  plant(READING, 0.01, partialRead());
  plant(READING, 0.01, withoutDate());
  plant(READING, 0.01, withAge(2));
  plant(READING, 0.005, withAge(2, 'now'));
  plantKeepingProxies(plant, chance);
  plant(reading, 0.015, badGateway());
  plant(reading, 0.01, resetsConnection());
  plant(reading, 0.01, resetsConnectionAfterApplying());
  plant(graphqlReading, 0.01, opaqueFailure());
  plant(reading, 0.006, secondaryRateLimit({ retryAfter: 1 }));
  plant(reading, 0.004, primaryRateLimit({ resetInSeconds: 1 }));
  plant(reading, 0.006, serviceUnavailable(1));

  plant(CREATE_REF, 0.08, refCreationAnswersNothing());
  plant(CREATE_REF, 0.08, refCreationNamesAnother());
  plant(CREATE_REF, 0.1, refCreatedAnswersGarbage());
  plant(CREATE_REF, 0.08, refCreatedAnswersGarbage({ object: { sha: 'f'.repeat(40) } }, 201));
  plant(CREATE_REF, 0.08, refCreatedAnswersUpdateFailed());
  plant(CREATE_REF, 0.05, refCreationFails());
  plant(CREATE_REF, 0.1, landsLateAfter(1_500, 'reset', observer));

  // Who is killed at a write often leaves one behind that is on its way for long.
  const doomed: Match = (request) => MOVES_HEAD(request) && observer.trace(request.login)?.isDoomed === true;
  for (const ms of [700, 2_000, 5_000]) plant(doomed, 0.2, landsLateAfter(ms, 'hang', observer));
  for (const ms of [400, 1_500, 4_000, 8_000]) plant(COMMIT, 0.02, landsLateAfter(ms, 'reset', observer));
  plant(COMMIT, 0.02, landsLateAfter(2_500, 'bad gateway', observer));
  plant(COMMIT, 0.002, landsLateAfter(3_000, 'hang', observer));
  plant(COMMIT, 0.03, losesRaceBeforeCheck(meanwhile));
  plant(COMMIT, 0.03, losesRaceAtUpdate(meanwhile));
  plant(COMMIT, 0.03, spuriousStaleData());
  plant(COMMIT, 0.01, opaqueFailure());
  plant(COMMIT, 0.02, opaqueFailureAfterApplying());
  plant(COMMIT, 0.015, fieldErrorAfterApplying());
  plant(isWrite(), 0.015, badGateway());
  plant(isWrite(), 0.03, badGatewayAfterApplying());
  plant(isWrite(), 0.01, resetsConnection());
  plant(isWrite(), 0.03, resetsConnectionAfterApplying());
  plant(isWrite(), 0.006, secondaryRateLimit({ retryAfter: 1, status: 429 }));
  plant(isWrite(), 0.004, serviceUnavailable(1));
  plant(isWrite(), 0.001, neverAnswersAfterApplying());
  plantFairWeather(github, chance, observer);
}

/** No fault, but every request is late and is seen. */
export function plantFairWeather(github: LocalGitHub, chance: Chance, observer: Observer): void {
  github.faults.always(() => true, watched({ name: 'late' }, chance, observer, { fault: false }));
}

/** The refs of the moment at which the replica fell behind, whichever that is when the request comes. */
function lag(replica: Replica): FaultAction {
  return {
    name: 'lagging read',
    get injections() {
      const snapshots = replica.lagging();
      return snapshots === null ? {} : { snapshots };
    },
  };
}

/** Some steps sit behind a proxy that keeps the first answer to a question and repeats it, twice at most. */
function plantKeepingProxies(
  plant: (match: Match, probability: number, action: FaultAction) => void,
  chance: Chance,
): void {
  const proxies = new Map<string, { readonly action: FaultAction; left: number } | null>();
  const proxyOf = ({ login }: LoggedRequest): { readonly action: FaultAction; left: number } | null => {
    const name = login ?? '';
    const known = proxies.get(name);
    if (known !== undefined) return known;
    const proxy = chance.happens(0.03) ? { action: keptAnswer(), left: 3 } : null;
    proxies.set(name, proxy);
    return proxy;
  };
  const met: Match = (request) => {
    const proxy = READING(request) ? proxyOf(request) : null;
    if (proxy === null || proxy.left === 0) return false;
    proxy.left -= 1;
    return true;
  };
  plant(met, 1, {
    name: 'kept answer',
    before: (request) => proxyOf(request)?.action.before?.(request),
    after: (usual, request) => proxyOf(request)?.action.after?.(usual, request) ?? usual,
  });
  // Now and then the proxy itself does not answer the first time.
  plant(READING, 0.002, combined(withAge(1), resetsConnectionAfterApplying()));
}
