import { FAULTS, type Agent, type Scenario, type Step } from './scenario.js';

/** Programs that are small enough to play every one of their schedules. */

const CLAIM: Step = { command: 'claim' };
const ASSERT: Step = { command: 'assert', token: 'own' };
const STRICT: Step = { command: 'assert', token: 'own', strict: true };
const RELEASE: Step = { command: 'release', token: 'own' };
const POST_RELEASE: Step = { command: 'release', token: 'own', known: true };
const TAKEOVER: Step = { command: 'takeover' };
const SIGNAL_TO_A: Step = { command: 'signal-exit', requireActiveOwner: false, targetRunId: 'a' };

const agent = (name: string, ...steps: Step[]): Agent => ({ name, steps });
const living = (name: string, ...steps: Step[]): Agent => ({ name, steps, livesOn: true });
const A_CLAIMED = [agent('a', CLAIM)];

/** Without faults: only the order of the requests is open. */
export const CALM: readonly Scenario[] = [
  {
    name: 'two runs claim, assert and release in a repository without a state branch',
    agents: [agent('a', CLAIM, ASSERT, RELEASE), agent('b', CLAIM, ASSERT, RELEASE)],
  },
  {
    name: 'three runs claim at once',
    agents: [living('a', CLAIM), living('b', CLAIM), living('c', CLAIM)],
    sleeps: 'instant',
  },
  {
    name: 'three runs take over from one another',
    before: A_CLAIMED,
    agents: [living('a', STRICT), living('b', TAKEOVER), living('c', TAKEOVER)],
    sleeps: 'instant',
  },
  {
    name: 'the owner asserts and releases while another run takes over',
    before: A_CLAIMED,
    agents: [agent('a', ASSERT, POST_RELEASE), agent('b', TAKEOVER, ASSERT, RELEASE)],
  },
  {
    name: 'the owner releases, a person evicts it, a third run claims',
    before: A_CLAIMED,
    agents: [living('a', POST_RELEASE), living('b', { command: 'release', evict: true }), living('c', CLAIM)],
    sleeps: 'instant',
  },
  {
    name: 'a later attempt claims while the earlier one is still at work',
    before: A_CLAIMED,
    agents: [
      living('a', ASSERT, CLAIM, POST_RELEASE),
      { name: 'a again', runId: 'a', attempt: 2, steps: [CLAIM, ASSERT, RELEASE] },
    ],
  },
  {
    name: 'two jobs of one run claim and release',
    agents: [agent('a', CLAIM, RELEASE), { name: 'a, job 2', runId: 'a', steps: [CLAIM, STRICT, RELEASE] }],
  },
  {
    name: 'a run is signalled, takes its own place again, and its other job releases the old tenure',
    before: A_CLAIMED,
    agents: [living('a', SIGNAL_TO_A, POST_RELEASE), { name: 'a, job 2', runId: 'a', steps: [TAKEOVER, ASSERT] }],
  },
  {
    name: 'the owner is signalled while it asserts and another run claims',
    before: A_CLAIMED,
    agents: [living('a', ASSERT, STRICT), living('b', SIGNAL_TO_A), living('c', CLAIM)],
    sleeps: 'instant',
  },
  {
    name: 'the owner ends while two runs claim after it',
    before: A_CLAIMED,
    agents: [agent('a', ASSERT), living('b', CLAIM), living('c', CLAIM)],
    sleeps: 'instant',
  },
  {
    name: 'an old owner is replaced by age while it renews',
    before: A_CLAIMED,
    agents: [living('a', CLAIM, ASSERT), living('b', { command: 'claim', supersede: 'stale', staleAfterMs: 0 })],
  },
  {
    name: 'one ensures, one checks, and the owner releases',
    before: A_CLAIMED,
    agents: [living('a', RELEASE), living('b', { command: 'ensure' }), agent('c', { command: 'check' })],
  },
  {
    name: 'two runs claim while neighbours write to the branch and the pull request closes',
    agents: [living('a', CLAIM), living('b', CLAIM)],
    happenings: ['neighbour commits', 'pull request closes'],
    sleeps: 'instant',
  },
  {
    name: 'one waits for the owner to release',
    before: A_CLAIMED,
    agents: [living('a', ASSERT, RELEASE), living('b', { command: 'claim', waitMs: 15_000 })],
  },
];

const faulty =
  (mostFaults: number) =>
  (scenario: Scenario): Scenario => ({ faults: FAULTS, mostFaults, ...scenario });

/** With one fault at any request, in any order. */
export const ONE_FAULT: readonly Scenario[] = [
  {
    name: 'two runs claim in a repository without a state branch',
    agents: [living('a', CLAIM), living('b', CLAIM)],
  },
  {
    name: 'one run claims and releases, another one claims',
    agents: [living('a', CLAIM, POST_RELEASE), living('b', CLAIM)],
    sleeps: 'instant' as const,
  },
  {
    name: 'the owner asserts strictly while another run takes over',
    before: A_CLAIMED,
    agents: [living('a', STRICT), living('b', TAKEOVER)],
  },
  {
    name: 'the owner releases while another run takes over',
    before: A_CLAIMED,
    agents: [living('a', POST_RELEASE), living('b', TAKEOVER)],
  },
  {
    name: 'the owner asserts, another run claims after it ended',
    before: A_CLAIMED,
    agents: [agent('a', ASSERT), living('b', CLAIM, ASSERT)],
  },
  {
    name: 'the owner releases, another run claims and a neighbour commits',
    before: A_CLAIMED,
    agents: [living('a', POST_RELEASE), living('b', CLAIM)],
    happenings: ['neighbour commits'] as const,
  },
  {
    name: 'a later attempt claims, the earlier one releases',
    before: A_CLAIMED,
    agents: [living('a', POST_RELEASE), { name: 'a again', runId: 'a', attempt: 2, steps: [CLAIM], livesOn: true }],
  },
  {
    name: 'two jobs of one run claim, and one releases',
    agents: [living('a', CLAIM, POST_RELEASE), { name: 'a, job 2', runId: 'a', steps: [CLAIM], livesOn: true }],
    sleeps: 'instant' as const,
  },
  {
    name: 'a run takes its own place again while its other job releases the old tenure',
    before: [agent('a', CLAIM), agent('b', SIGNAL_TO_A)],
    agents: [living('a', POST_RELEASE), { name: 'a, job 2', runId: 'a', steps: [TAKEOVER], livesOn: true }],
  },
  {
    name: 'the owner is signalled, another run claims',
    before: A_CLAIMED,
    agents: [living('a', SIGNAL_TO_A), living('b', CLAIM)],
  },
  {
    name: 'an eviction meets a strict assert',
    before: A_CLAIMED,
    agents: [living('a', STRICT), living('b', { command: 'release', evict: true })],
  },
  {
    name: 'one waits while the owner releases',
    before: A_CLAIMED,
    agents: [living('a', RELEASE), living('b', { command: 'claim', waitMs: 15_000 })],
    sleeps: 'instant' as const,
  },
].map(faulty(1));

/** With two faults in the smallest programs. */
export const TWO_FAULTS: readonly Scenario[] = [
  { name: 'one run claims in a repository without a state branch', agents: [living('a', CLAIM)] },
  { name: 'one run claims and releases', agents: [living('a', CLAIM, POST_RELEASE)] },
  { name: 'one run claims and asserts strictly', agents: [living('a', CLAIM, STRICT)] },
  {
    name: 'the owner renews and its post step releases',
    before: A_CLAIMED,
    agents: [living('a', CLAIM, POST_RELEASE)],
    happenings: ['neighbour commits'] as const,
    sleeps: 'instant' as const,
  },
].map(faulty(2));
