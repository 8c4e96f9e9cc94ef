import { FAULTS, type Agent, type Happening, type Scenario, type Step } from './scenario.js';

/** Steps of a random job, by how often they are drawn. `a` is the run that most programs begin with. */
const STEPS: readonly (readonly [number, Step])[] = [
  [6, { command: 'claim' }],
  [2, { command: 'claim', supersede: 'never' }],
  [2, { command: 'claim', supersede: 'stale', staleAfterMs: 0 }],
  [2, { command: 'claim', waitMs: 12_000 }],
  [4, { command: 'takeover' }],
  [3, { command: 'ensure' }],
  [1, { command: 'ensure', strict: true }],
  [4, { command: 'assert', token: 'own' }],
  [3, { command: 'assert', token: 'own', strict: true }],
  [1, { command: 'assert', requireExisting: true }],
  [3, { command: 'release', token: 'own' }],
  [3, { command: 'release', token: 'own', known: true }],
  [1, { command: 'release' }],
  [1, { command: 'release', evict: true }],
  [2, { command: 'signal-exit', requireActiveOwner: false, targetRunId: 'a' }],
  [1, { command: 'signal-exit' }],
  [1, { command: 'check' }],
  [1, { command: 'status' }],
];
const STEPS_TO_DRAW = STEPS.flatMap(([times, step]) => Array.from({ length: times }, () => step));

/** Two to five jobs of one to four steps; some are jobs or later attempts of the same run. */
export function randomScenario(name: string, random: () => number): Scenario {
  const upTo = (count: number): number => Math.floor(random() * count);
  const drawn = (): Step => STEPS_TO_DRAW[upTo(STEPS_TO_DRAW.length)] ?? { command: 'claim' };
  const steps = (): Step[] => Array.from({ length: 1 + upTo(4) }, drawn);
  const jobs = Array.from({ length: 2 + upTo(4) }, (_, index): Agent => {
    const own = 'abcde'.charAt(index);
    const runId = random() < 0.25 ? 'a' : own;
    const attempt = random() < 0.2 ? 2 : 1;
    const first: Step[] = random() < 0.7 ? [{ command: 'claim' }] : [];
    return {
      name: own,
      runId,
      attempt,
      steps: [...first, ...steps()],
      mayTakeOver: random() < 0.8,
      livesOn: random() < 0.6,
    };
  });
  const happenings: readonly Happening[] = [
    'neighbour commits',
    'neighbour commits',
    'pull request closes',
    'pull request opens',
  ];
  return {
    name,
    ...(random() < 0.5 ? { before: [{ name: 'a', runId: 'a', steps: [{ command: 'claim' }] }] } : {}),
    agents: jobs,
    mostFaults: upTo(6),
    happenings: happenings.filter(() => random() < 0.3),
    faults: FAULTS,
    // Little time now and then, so that deadlines end in the middle of things.
    timeoutMs: random() < 0.3 ? 200 + upTo(2_000) : 60_000,
  };
}
