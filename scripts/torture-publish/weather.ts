import {
  badGateway,
  badGatewayAfterApplying,
  combined,
  commitRefsFails,
  commitRefsFailsAfterApplying,
  cutsAnswerAfterApplying,
  delayed,
  answersLate,
  isFetch,
  isFetchAdvertisement,
  isPush,
  isPushAdvertisement,
  isRead,
  losesRaceAtUpdate,
  losesRaceBeforeCheck,
  meanwhile,
  neverAnswersAfterApplying,
  not,
  isGit,
  allOf,
  isWrite,
  resetsConnection,
  resetsConnectionAfterApplying,
  serviceUnavailable,
  staleBy,
  whileRefsAreLocked,
  type FaultAction,
  type LocalGitHub,
  type Match,
} from '../../support/local-github/index.js';
import type { Chance } from '../torture/chance.js';
import { landsLateAfter, type LateObserver } from '../torture/late-weather.js';

/** What others do at the worst moments of a push. */
export interface Others {
  /** A commit of the state branch that has nothing to do with the pull request. */
  readonly somebodyWrites: () => Promise<void>;
  /** A commit on the branch of the pull request. */
  readonly somebodyPushes: () => Promise<void>;
  /** Another run takes the pull request over. */
  readonly somebodyTakesOver: () => Promise<void>;
}

/** The faults of a round: about every third push meets one, and every tenth request of any other kind. */
export function plantWeather(
  github: LocalGitHub,
  chance: Chance,
  observer: LateObserver,
  { somebodyWrites, somebodyPushes, somebodyTakesOver }: Others,
): void {
  const plant = (match: Match, probability: number, action: () => FaultAction): void => {
    github.faults.always((request) => match(request) && chance.happens(probability), action());
  };
  const push = isPush();
  // What the fence is for.
  const takeover = (): FaultAction => ({ ...meanwhile(somebodyTakesOver), name: 'takeover meanwhile' });
  plant(isFetchAdvertisement(), 0.01, takeover);
  plant(isPushAdvertisement(), 0.1, takeover);
  plant(push, 0.1, takeover);
  plant(push, 0.04, badGateway);
  plant(push, 0.05, badGatewayAfterApplying);
  plant(push, 0.03, resetsConnection);
  // Libcurl sends such a push again without a word.
  plant(push, 0.03, resetsConnectionAfterApplying);
  plant(push, 0.05, cutsAnswerAfterApplying);
  plant(push, 0.03, commitRefsFails);
  plant(push, 0.04, commitRefsFailsAfterApplying);
  for (const ms of [60, 300, 900]) plant(push, 0.02, () => landsLateAfter(ms, 'bad gateway', observer));
  for (const ms of [60, 400]) plant(push, 0.02, () => landsLateAfter(ms, 'reset', observer));
  plant(push, 0.01, () => landsLateAfter(1_200, 'hang', observer));
  plant(push, 0.005, neverAnswersAfterApplying);
  plant(push, 0.03, () => delayed(250));
  plant(push, 0.03, () => answersLate(250));
  plant(push, 0.05, () => losesRaceBeforeCheck(somebodyWrites));
  plant(push, 0.05, () => losesRaceAtUpdate(somebodyWrites));
  plant(push, 0.02, () => whileRefsAreLocked(() => Promise.resolve()));
  plant(push, 0.02, () => combined(delayed(80), badGatewayAfterApplying()));
  plant(push, 0.04, () => meanwhile(somebodyWrites));
  plant(push, 0.02, () => losesRaceAtUpdate(somebodyPushes));
  // After the command has compared, before git has.
  plant(isPushAdvertisement(), 0.12, () => meanwhile(somebodyWrites));
  plant(isPushAdvertisement(), 0.05, () => meanwhile(somebodyPushes));
  for (const match of [isPushAdvertisement(), isFetchAdvertisement(), isFetch()]) {
    plant(match, 0.02, badGateway);
    plant(match, 0.02, resetsConnection);
    plant(match, 0.03, () => delayed(150));
  }
  const apiRead = allOf(isRead(), not(isGit()));
  for (const depth of [1, 2, 4]) plant(apiRead, 0.02, () => staleBy(depth));
  plant(apiRead, 0.03, () => delayed(150));
  plant(apiRead, 0.015, badGateway);
  plant(apiRead, 0.015, resetsConnection);
  plant(apiRead, 0.01, () => serviceUnavailable(1));
  const apiWrite = allOf(isWrite(), not(isGit()));
  plant(apiWrite, 0.05, badGateway);
  plant(apiWrite, 0.05, badGatewayAfterApplying);
  plant(apiWrite, 0.03, resetsConnectionAfterApplying);
  plant(apiWrite, 0.03, () => landsLateAfter(500, 'bad gateway', observer));
}
