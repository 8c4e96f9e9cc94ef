import { FAULTS, type Agent, type Happening, type Scenario, type Step } from './scenario.js';

/** Steps of a random job, by how often they are drawn. `a` is the run that most programs begin with. */
const STEPS: readonly (readonly [number, Step])[] = [
  [6, { command: 'claim' }],
  [2, { command: 'claim', supersede: 'never' }],
  [2, { command: 'claim', supersede: 'stale', staleAfterMs: 0 }],
  [1, { command: 'claim', supersede: 'stale', staleAfterMs: 300 }],
  [3, { command: 'claim', waitMs: 12_000 }],
  [2, { command: 'ensure', waitMs: 6_000 }],
  [1, { command: 'claim', waitMs: 8_000, supersede: 'never', expiresAfterMs: 3_000 }],
  [2, { command: 'claim', expiresAfterMs: 2_000 }],
  [1, { command: 'claim', detached: true, expiresAfterMs: 20_000 }],
  [1, { command: 'takeover', detached: true, expiresAfterMs: 8_000 }],
  [4, { command: 'takeover' }],
  [2, { command: 'ensure' }],
  [2, { command: 'ensure', token: 'own' }],
  [4, { command: 'ensure', token: { of: 'a' } }],
  [4, { command: 'assert', token: 'own' }],
  [3, { command: 'assert', token: 'own', strict: true }],
  [2, { command: 'assert', token: { of: 'a' }, requireExisting: false }],
  [1, { command: 'assert' }],
  [4, { command: 'push', token: 'own' }],
  [1, { command: 'push' }],
  [1, { command: 'push', token: 'own', requireOpen: true }],
  [1, { command: 'push', token: 'own', lease: true }],
  [1, { command: 'push', token: { of: 'a' } }],
  [3, { command: 'release', token: 'own' }],
  [1, { command: 'release', token: { of: 'a' } }],
  [3, { command: 'post' }],
  [1, { command: 'release' }],
  [1, { command: 'release', evict: true, targetRunId: 'a' }],
  [2, { command: 'signal-exit', requireActiveOwner: false, targetRunId: 'a' }],
  [1, { command: 'signal-exit' }],
  [1, { command: 'check' }],
  [1, { command: 'check', targetRunId: 'a' }],
  [1, { command: 'status' }],
];
const STEPS_TO_DRAW = STEPS.flatMap(([times, step]) => Array.from({ length: times }, () => step));

const claimer: Agent = { name: 'a', runId: 'a', steps: [{ command: 'claim' }] };

/** A job has one clock. */
function sameMachine({ clockAheadMs = 0 }: Partial<Agent> = {}): Partial<Agent> {
  return { clockAheadMs };
}

/** Two to five jobs of one to four steps; some are jobs or later attempts of the same run. */
export function randomScenario(name: string, random: () => number): Scenario {
  const upTo = (count: number): number => Math.floor(random() * count);
  const drawn = (): Step => STEPS_TO_DRAW[upTo(STEPS_TO_DRAW.length)] ?? { command: 'claim' };
  const steps = (): Step[] => Array.from({ length: 1 + upTo(4) }, drawn);
  const jobs = Array.from({ length: 2 + upTo(4) }, (_, index): Agent => {
    const own = 'abcde'.charAt(index);
    const runId = random() < 0.25 ? 'a' : own;
    const attempt = random() < 0.3 ? 2 : 1;
    const first: Step[] = random() < 0.7 ? [{ command: 'claim' }] : [];
    const last: Step[] = random() < 0.6 ? [{ command: 'post' }] : [];
    // Now and then the run id is the user's own and spans workflow runs.
    const elsewhere = random() < 0.2 ? { workflowRun: 2000 + upTo(2) } : {};
    return {
      name: own,
      runId,
      attempt,
      ...elsewhere,
      steps: [...first, ...steps(), ...last],
      mayTakeOver: random() < 0.8,
      livesOn: random() < 0.6,
      clockAheadMs: (upTo(5) - 2) * 1_800_000,
      knowsPresentName: random() < 0.4,
    };
  });
  const happenings: readonly Happening[] = [
    'neighbour commits',
    'neighbour commits',
    'pull request closes',
    'pull request opens',
    'repository renamed',
    'sweep',
    'somebody else pushes',
  ];
  return {
    name,
    ...(random() < 0.5 ? { before: [{ ...claimer, ...sameMachine(jobs[0]) }] } : {}),
    agents: jobs,
    mostFaults: upTo(6),
    happenings: happenings.filter(() => random() < 0.3),
    faults: FAULTS,
    // Little time now and then, so that deadlines end in the middle of things.
    timeoutMs: random() < 0.3 ? 200 + upTo(2_000) : 60_000,
  };
}
