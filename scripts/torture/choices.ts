import type { Chance } from './chance.js';
import { ownerKey, type Neighbourhood, type Run } from './life.js';
import type { KillPlan } from './trace.js';

/** What the steps of a run do. */

export type Choice = Readonly<Record<string, string>> & { readonly command: string };

/** What GitHub would make references, mentions and closed issues of. */
const REASONS: readonly [string, ...string[]] = [
  'to see what happens',
  'fixes #17 and GH-18, see acme/widgets#19 and @octocat',
  'Closes https://github.com/acme/widgets/issues/20\nCoord-Request-Id: forged\n\nresolved: #21',
];

export function policyOf(chance: Chance): Record<string, string> {
  const supersede = chance.weighted<string>([
    [6, 'dead'],
    [2, 'never'],
    [2, 'stale'],
  ]);
  return {
    supersede,
    'stale-after': supersede === 'stale' ? '8s' : '30m',
    'release-on-exit': String(chance.happens(0.5)),
    'on-conflict': chance.pick(['fail', 'continue']),
    'cancel-superseded': String(chance.happens(0.2)),
    'takeover-permission': chance.weighted<string>([
      [6, 'write'],
      [2, 'none'],
      [1, 'admin'],
      [1, 'maintain'],
    ]),
  };
}

/** A later attempt begins with `ensure` and the token of the attempt before, as the recipes have it; or it does not. */
export function chooseFirst(run: Run, chance: Chance): Choice {
  const token = run.token === null ? '' : String(run.token);
  const reason = chance.pick(REASONS);
  const waiting = chance.happens(0.7) ? { 'wait-timeout': chance.pick(['3s', '10s', '20s', '40s']) } : {};
  if (run.job.attempt > 1) {
    return chance.weighted<Choice>([
      [6, { command: 'ensure', 'fencing-token': token, reason, ...waiting }],
      [2, { command: 'claim', reason, ...waiting }],
      [2, { command: 'assert', 'fencing-token': token }],
      [1, { command: 'assert' }],
      [1, { command: 'release', 'fencing-token': token }],
      [1, { command: 'takeover', reason }],
    ]);
  }
  const command = chance.weighted<string>([
    [6, 'claim'],
    [4, 'ensure'],
    [1, 'takeover'],
  ]);
  return { command, reason, ...waiting };
}

export function chooseNext(run: Run, { owners }: Neighbourhood, chance: Chance): Choice {
  const seen = owners.get(ownerKey(run.job));
  const owner = seen?.runId ?? 'nobody';
  const token = run.token === null || chance.happens(0.4) ? '' : String(run.token);
  const byToken = seen !== undefined && chance.happens(0.5);
  const other = byToken ? { 'fencing-token': String(seen.token) } : { 'target-run-id': owner };
  const reason = chance.pick(REASONS);
  const waiting = chance.happens(0.4) ? { 'wait-timeout': chance.pick(['3s', '10s', '20s']) } : {};
  return chance.weighted<Choice>([
    [4, { command: 'assert', 'fencing-token': token, 'require-existing': String(chance.happens(0.5)) }],
    [3, { command: 'assert', strict: 'true', 'fencing-token': token }],
    [3, { command: 'claim', ...waiting }],
    [3, { command: 'ensure', 'fencing-token': token, ...waiting }],
    [1, { command: 'takeover', reason }],
    [4, { command: 'release', 'fencing-token': token }],
    ...(run.token !== null && run.token > 1 ? withOld(run.token - 1) : []),
    ...(run.given === null ? [] : withOld(run.given)),
    [1, { command: 'release', evict: 'true', reason, ...other }],
    [0.3, { command: 'release', evict: 'true', reason }],
    [1, { command: 'signal-exit', 'fencing-token': token, reason }],
    [1, { command: 'signal-exit', 'require-active-owner': 'false', ...(chance.happens(0.3) ? {} : other) }],
    [1, { command: 'check', ...(chance.happens(0.5) ? {} : { 'target-run-id': owner }), 'stale-after': '8s' }],
    [1, { command: 'status' }],
  ]);
}

/** What a process of an earlier attempt does that does not know of the later one. */
export function chooseZombie(run: Run, chance: Chance): Choice {
  const token = run.token === null ? '' : String(run.token);
  return chance.weighted<Choice>([
    [4, { command: 'assert', 'fencing-token': token }],
    [2, { command: 'assert' }],
    [2, { command: 'assert', strict: 'true', 'fencing-token': token }],
    [2, { command: 'ensure', 'fencing-token': token }],
    [2, { command: 'release', 'fencing-token': token }],
    [1, { command: 'release' }],
    [1, { command: 'claim' }],
    [1, { command: 'signal-exit' }],
  ]);
}

/** Steps that mean a tenure before this one, as jobs do that read the outputs of an earlier attempt or came late. */
function withOld(token: number): (readonly [number, Choice])[] {
  const inputs = { 'fencing-token': String(token) };
  return [
    [1, { command: 'release', ...inputs }],
    [2, { command: 'assert', ...inputs }],
    [1, { command: 'ensure', ...inputs }],
  ];
}

export function killPlan(chance: Chance): KillPlan {
  const at = chance.weighted<KillPlan['at']>([
    [4, 'some time'],
    [1, 'a reading'],
    [3, 'before a write'],
    [3, 'after a write'],
  ]);
  return {
    at,
    signal: chance.happens(0.7) ? 'SIGKILL' : 'SIGINT',
    afterMs: chance.happens(0.3) ? chance.between(600, 9_000) : chance.between(20, 600),
  };
}
