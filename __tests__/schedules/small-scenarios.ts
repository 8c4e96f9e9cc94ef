import { FAULTS, type Agent, type Scenario, type Step } from './scenario.js';

/** Programs that are small enough to play every one of their schedules. */

const CLAIM: Step = { command: 'claim' };
const ASSERT: Step = { command: 'assert', token: 'own' };
const STRICT: Step = { command: 'assert', token: 'own', strict: true };
const RELEASE: Step = { command: 'release', token: 'own' };
const POST: Step = { command: 'post' };
const EVICT_A: Step = { command: 'release', evict: true, targetRunId: 'a' };
const TAKEOVER: Step = { command: 'takeover' };
const PUSH: Step = { command: 'push', token: 'own' };
const SIGNAL_TO_A: Step = { command: 'signal-exit', requireActiveOwner: false, targetRunId: 'a' };

const agent = (name: string, ...steps: Step[]): Agent => ({ name, steps });
const living = (name: string, ...steps: Step[]): Agent => ({ name, steps, livesOn: true });
const A_CLAIMED = [agent('a', CLAIM)];
const again = (...steps: Step[]): Agent => ({ name: 'a again', runId: 'a', attempt: 2, steps, livesOn: true });
const second = (...steps: Step[]): Agent => ({ name: 'a, job 2', runId: 'a', steps, livesOn: true });
/** What a job was given by the job of an earlier attempt, or by an earlier job. */
const OF_A = { token: { of: 'a' } } as const;
/** Two workflow runs that go by one run id of the user's own, the first of them in its third attempt. */
const ofTask = (name: string, workflowRun: number, attempt: number, ...steps: Step[]): Agent => ({
  ...{ name, runId: 'task', workflowRun, attempt, steps },
});

/** It waits for so long that it looks once before it leaves, or only joins and leaves. */
const WAIT: Step = { command: 'claim', waitMs: 6_000 };
const JOIN: Step = { command: 'claim', waitMs: 4_000, supersede: 'never' };
/** Stands in line, and is not heard of any more. */
const dying = (name: string): Agent => ({ name, steps: [{ ...WAIT, supersede: 'never' }], diesInLine: true });
const B_IN_LINE = [...A_CLAIMED, dying('b')];

/** Those in line, without faults. */
const LINE: readonly Scenario[] = [
  {
    name: 'one joins behind another while the owner releases, and both are served in turn',
    before: B_IN_LINE,
    agents: [agent('a', RELEASE), living('b'), living('c', WAIT, ASSERT, RELEASE)],
    sleeps: 'instant',
  },
  {
    name: 'a waiter leaves while the owner releases',
    before: A_CLAIMED,
    agents: [living('a', RELEASE), living('b', JOIN, POST)],
    sleeps: 'instant',
  },
  {
    name: 'a stranger claims over a dead owner with one in line',
    before: B_IN_LINE,
    agents: [living('b', ASSERT), living('c', CLAIM), living('d', WAIT)],
    sleeps: 'instant',
  },
  {
    name: 'a run takes over while one waits, and releases',
    before: A_CLAIMED,
    agents: [living('a'), living('b', JOIN), living('c', TAKEOVER, RELEASE)],
    sleeps: 'instant',
  },
  {
    name: 'a person evicts the owner while one waits',
    before: A_CLAIMED,
    agents: [living('a', ASSERT), living('b', JOIN), living('c', EVICT_A)],
    sleeps: 'instant',
  },
  {
    name: 'a waiter was killed, and its post step runs while the owner releases',
    before: B_IN_LINE,
    agents: [living('a', RELEASE), living('b', POST), living('c', CLAIM)],
    sleeps: 'instant',
  },
  {
    name: 'the owner releases, and the first in line is over',
    before: B_IN_LINE,
    agents: [living('a', RELEASE), living('c', JOIN)],
    sleeps: 'instant',
  },
  {
    name: 'the owner releases, and the time of the first in line is past',
    before: [...A_CLAIMED, { ...dying('b'), steps: [{ ...WAIT, supersede: 'never', placeMs: 7_000 }] }],
    agents: [living('a', RELEASE), living('b'), living('c', { ...JOIN, waitMs: 12_000 })],
    sleeps: 'instant',
  },
  {
    name: 'two steps of one run wait, and the owner releases',
    before: B_IN_LINE,
    agents: [living('a', RELEASE), { name: 'b, job 2', runId: 'b', steps: [WAIT, POST], livesOn: true }],
    sleeps: 'instant',
  },
  {
    name: 'a later attempt takes the place of an earlier one',
    before: [...B_IN_LINE, dying('c')],
    agents: [living('a', RELEASE), { name: 'b again', runId: 'b', attempt: 2, steps: [JOIN], livesOn: true }],
    sleeps: 'instant',
  },
  {
    name: 'a tenure ends by itself while one waits, and its owner goes on',
    before: [{ ...living('a', { ...CLAIM, expiresAfterMs: 5_000 }) }],
    agents: [living('a', ASSERT, RELEASE), living('b', { ...WAIT, expiresAfterMs: 60_000 })],
    sleeps: 'instant',
  },
  {
    name: 'a hold outlives its run, and is waited for',
    before: [agent('a', { ...CLAIM, detached: true, expiresAfterMs: 60_000 })],
    agents: [agent('person', EVICT_A), living('b', WAIT)],
    sleeps: 'instant',
  },
];

/** Those in line, with one fault. */
const LINE_WITH_FAULTS: readonly Scenario[] = [
  {
    name: 'a join whose answer is lost',
    before: A_CLAIMED,
    agents: [living('a', RELEASE), living('b', JOIN, POST)],
    faults: ['answer lost', 'late'],
    sleeps: 'instant',
  },
  {
    name: 'a waiter is killed, or its machine is gone, while the owner releases',
    before: A_CLAIMED,
    agents: [living('a', RELEASE), agent('b', JOIN, POST)],
    faults: ['kill', 'crash'],
    sleeps: 'instant',
  },
  {
    name: 'nobody knows of the hand-over of the owner, nor of who is in line',
    before: B_IN_LINE,
    agents: [living('a', POST), living('b', ASSERT)],
    faults: ['answer lost', 'late', 'no fact', 'stale'],
    sleeps: 'instant',
  },
  {
    name: 'a waiter that was served reads the past',
    before: A_CLAIMED,
    agents: [living('a', RELEASE), living('b', { ...WAIT, supersede: 'never' })],
    faults: ['stale'],
    sleeps: 'instant',
  },
];

/** Those that publish, without faults. */
const PUBLISHERS: readonly Scenario[] = [
  {
    name: 'two jobs of one run publish while a third releases',
    before: A_CLAIMED,
    agents: [
      living('a', PUSH),
      second({ command: 'push', ...OF_A }),
      { name: 'a, job 3', runId: 'a', steps: [{ command: 'release', ...OF_A }], livesOn: true },
    ],
    sleeps: 'instant',
  },
  {
    name: 'the owner publishes twice while it is told to exit',
    before: A_CLAIMED,
    agents: [living('a', PUSH, PUSH), living('b', SIGNAL_TO_A)],
    sleeps: 'instant',
  },
  {
    name: 'one job publishes while another releases, and a third run claims and publishes',
    before: A_CLAIMED,
    agents: [living('a', PUSH), second({ command: 'release', ...OF_A }), living('c', CLAIM, PUSH)],
    sleeps: 'instant',
  },
  {
    name: 'a job publishes by its old token after the run has taken its own place again',
    before: [agent('a', CLAIM), agent('b', SIGNAL_TO_A)],
    agents: [living('a', PUSH), { name: 'a, job 2', runId: 'a', steps: [TAKEOVER, PUSH], livesOn: true }],
    sleeps: 'instant',
  },
  {
    name: 'the owner publishes twice, once by a lease, while somebody else pushes and a neighbour commits',
    before: A_CLAIMED,
    agents: [living('a', PUSH, { ...PUSH, lease: true })],
    happenings: ['somebody else pushes', 'neighbour commits'],
    sleeps: 'instant',
  },
  {
    name: 'the owner publishes while its tenure ends by itself and another run waits for it',
    before: [living('a', { ...CLAIM, expiresAfterMs: 5_000 })],
    agents: [living('a', PUSH), living('b', { ...WAIT, expiresAfterMs: 60_000 })],
    sleeps: 'instant',
  },
];

/** Without faults: only the order of the requests is open. */
export const CALM: readonly Scenario[] = [
  ...LINE,
  ...PUBLISHERS,
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
    agents: [living('a', ASSERT), living('b', TAKEOVER), living('c', TAKEOVER)],
    sleeps: 'instant',
  },
  {
    name: 'the owner asserts and releases while another run takes over',
    before: A_CLAIMED,
    agents: [agent('a', ASSERT, POST), agent('b', TAKEOVER, ASSERT, RELEASE)],
  },
  {
    name: 'the owner releases, a person evicts it, a third run claims',
    before: A_CLAIMED,
    agents: [living('a', POST), living('b', EVICT_A), living('c', CLAIM)],
    sleeps: 'instant',
  },
  {
    name: 'a later attempt claims while the earlier one is still at work',
    before: A_CLAIMED,
    agents: [
      living('a', ASSERT, CLAIM, POST),
      { name: 'a again', runId: 'a', attempt: 2, steps: [CLAIM, ASSERT, RELEASE] },
    ],
  },
  {
    name: 'two jobs of one run claim and release',
    agents: [agent('a', CLAIM, RELEASE), { name: 'a, job 2', runId: 'a', steps: [CLAIM, STRICT, RELEASE] }],
    sleeps: 'instant',
  },
  {
    name: 'a run is signalled, takes its own place again, and its other job releases the old tenure',
    before: A_CLAIMED,
    agents: [living('a', SIGNAL_TO_A, RELEASE), { name: 'a, job 2', runId: 'a', steps: [TAKEOVER, ASSERT] }],
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
    agents: [living('a', ASSERT, RELEASE), living('b', WAIT)],
    sleeps: 'instant',
  },
  {
    name: 'a later attempt asserts before it ensures, while the earlier one goes on',
    before: A_CLAIMED,
    agents: [
      living('a', ASSERT, POST),
      again({ command: 'assert', ...OF_A }, { command: 'ensure', ...OF_A }, ASSERT, { command: 'release', ...OF_A }),
    ],
  },
  {
    name: 'a later attempt was taken over and comes back with the token of the earlier one',
    before: [agent('a', CLAIM), again({ command: 'ensure', ...OF_A }), agent('b', TAKEOVER)],
    agents: [again({ command: 'ensure', ...OF_A }), living('b', RELEASE), living('c', CLAIM)],
    sleeps: 'instant',
  },
  {
    name: 'a later attempt comes while the owner ends, and another run claims',
    before: A_CLAIMED,
    agents: [agent('a', POST), again({ command: 'ensure', ...OF_A }), living('c', CLAIM)],
    sleeps: 'instant',
  },
  {
    name: 'two workflow runs of one run id share a tenure, and each releases at its end',
    agents: [ofTask('t1', 2001, 3, CLAIM, ASSERT, POST), ofTask('t2', 2002, 1, CLAIM, ASSERT, POST)],
    sleeps: 'instant',
  },
  {
    name: 'the run that renewed last decides whether a shared tenure is dead',
    before: [ofTask('t1', 2001, 3, CLAIM)],
    agents: [{ ...ofTask('t2', 2002, 1, CLAIM, ASSERT), livesOn: true }, living('c', CLAIM)],
    sleeps: 'instant',
  },
  {
    name: 'two jobs of one run release on exit what they began, and nothing else',
    agents: [agent('a', CLAIM, POST), second(CLAIM, ASSERT, POST)],
  },
  {
    name: 'an evicted owner asserts and ensures with its token, while another run claims',
    before: [agent('a', CLAIM), agent('b', EVICT_A)],
    agents: [
      living('a', { ...ASSERT, requireExisting: false }, { command: 'ensure', token: 'own' }),
      living('c', CLAIM, RELEASE),
    ],
    sleeps: 'instant',
  },
  {
    name: 'the repository is renamed while two runs are at work, one by the old name',
    before: A_CLAIMED,
    agents: [living('a', ASSERT, CLAIM, POST), { ...living('b', TAKEOVER, POST), knowsPresentName: true }],
    happenings: ['repository renamed'],
    sleeps: 'instant',
  },
  {
    name: 'the record is swept between two claims',
    before: [agent('a', CLAIM, RELEASE, CLAIM, RELEASE)],
    agents: [living('b', CLAIM, ASSERT, RELEASE), living('c', CLAIM)],
    happenings: ['sweep'],
    sleeps: 'instant',
  },
  {
    name: 'a closed pull request is swept under its old run, opens again, and is claimed',
    before: [agent('a', CLAIM, RELEASE)],
    agents: [living('a', ASSERT), living('b', CLAIM, ASSERT)],
    happenings: ['pull request closes', 'sweep', 'pull request opens'],
    sleeps: 'instant',
  },
  {
    name: 'a sweep passes over whoever waits, and comes after the release of whom it was handed over to',
    before: A_CLAIMED,
    agents: [living('a', RELEASE), living('b', JOIN, RELEASE)],
    happenings: ['sweep'],
    sleeps: 'instant',
  },
  {
    name: 'an owner renews while a machine with a fast clock asks how old it is',
    before: A_CLAIMED,
    agents: [
      living('a', CLAIM),
      { ...living('b', { command: 'claim', supersede: 'stale' }), clockAheadMs: 3_600_000 },
      { ...living('c', { command: 'check' }), clockAheadMs: -3_600_000 },
    ],
  },
];

const faulty =
  (mostFaults: number) =>
  (scenario: Scenario): Scenario => ({ faults: FAULTS, mostFaults, ...scenario });

/** Those that publish, with one fault. */
const PUBLISHERS_WITH_FAULTS: readonly Scenario[] = [
  {
    name: 'the owner publishes while another run takes over',
    before: A_CLAIMED,
    agents: [living('a', PUSH), living('b', TAKEOVER)],
    sleeps: 'instant',
  },
  {
    name: 'a step that publishes is killed, and its post step runs while a neighbour commits',
    before: A_CLAIMED,
    agents: [living('a', PUSH, POST)],
    happenings: ['neighbour commits'],
    sleeps: 'instant',
  },
  {
    name: 'the owner publishes, and somebody else pushes',
    before: A_CLAIMED,
    agents: [living('a', PUSH)],
    happenings: ['somebody else pushes'],
  },
  {
    name: 'a publication is refused because the pull request closes',
    before: A_CLAIMED,
    agents: [living('a', { ...PUSH, requireOpen: true })],
    happenings: ['pull request closes'],
    sleeps: 'instant',
  },
  {
    name: 'a publication runs out of time',
    before: A_CLAIMED,
    agents: [living('a', PUSH, ASSERT)],
    timeoutMs: 60,
  },
];

/** With one fault at any request, in any order. */
export const ONE_FAULT: readonly Scenario[] = [
  ...LINE_WITH_FAULTS,
  ...PUBLISHERS_WITH_FAULTS,
  {
    name: 'two runs claim in a repository without a state branch',
    agents: [living('a', CLAIM), living('b', CLAIM)],
  },
  {
    name: 'one run claims and releases, another one claims',
    agents: [living('a', CLAIM, POST), living('b', CLAIM)],
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
    agents: [living('a', POST), living('b', TAKEOVER)],
  },
  {
    name: 'the owner asserts, another run claims after it ended',
    before: A_CLAIMED,
    agents: [agent('a', ASSERT), living('b', CLAIM, ASSERT)],
  },
  {
    name: 'the owner releases, another run claims and a neighbour commits',
    before: A_CLAIMED,
    agents: [living('a', POST), living('b', CLAIM)],
    happenings: ['neighbour commits'] as const,
  },
  {
    name: 'a later attempt claims, the earlier one releases',
    before: A_CLAIMED,
    agents: [living('a', POST), { name: 'a again', runId: 'a', attempt: 2, steps: [CLAIM], livesOn: true }],
  },
  {
    name: 'two jobs of one run claim, and one releases',
    agents: [living('a', CLAIM, POST), { name: 'a, job 2', runId: 'a', steps: [CLAIM], livesOn: true }],
    sleeps: 'instant' as const,
  },
  {
    name: 'a run takes its own place again while its other job releases the old tenure',
    before: [agent('a', CLAIM), agent('b', SIGNAL_TO_A)],
    agents: [living('a', POST), { name: 'a, job 2', runId: 'a', steps: [TAKEOVER], livesOn: true }],
  },
  {
    name: 'the owner is signalled, another run claims',
    before: A_CLAIMED,
    agents: [living('a', SIGNAL_TO_A), living('b', CLAIM)],
  },
  {
    name: 'an eviction meets a strict assert',
    before: A_CLAIMED,
    agents: [living('a', STRICT), living('b', EVICT_A)],
  },
  {
    name: 'a later attempt ensures, the earlier one asserts and exits',
    before: A_CLAIMED,
    agents: [living('a', ASSERT, POST), again({ command: 'ensure', ...OF_A })],
    sleeps: 'instant' as const,
  },
  {
    name: 'an owner that was given its token asks and releases',
    before: [agent('x', CLAIM, RELEASE), agent('a', CLAIM)],
    agents: [
      second({ command: 'assert', ...OF_A, requireExisting: false }, { command: 'release', ...OF_A }),
      living('b', CLAIM),
    ],
    sleeps: 'instant' as const,
  },
  {
    name: 'two jobs of one run claim, the first releases on exit what it began',
    before: A_CLAIMED,
    agents: [living('a', POST), second(CLAIM, POST)],
    sleeps: 'instant' as const,
  },
  {
    name: 'the repository is renamed while the owner asserts and exits',
    before: A_CLAIMED,
    agents: [living('a', ASSERT, POST), { ...living('b', CLAIM), knowsPresentName: true }],
    happenings: ['repository renamed'] as const,
    sleeps: 'instant' as const,
  },
  {
    name: 'a tenure is renewed before its claim is found, then released, and the claim exits',
    agents: [living('a', CLAIM, ASSERT, POST), second(CLAIM, RELEASE)],
    faults: ['answer lost'] as const,
    sleeps: 'instant' as const,
  },
  {
    name: 'a claim meets a sweep',
    before: [agent('a', CLAIM, RELEASE)],
    agents: [living('b', CLAIM, POST)],
    happenings: ['sweep'] as const,
  },
  {
    name: 'a run exits and is swept while a later attempt goes on from its token',
    before: A_CLAIMED,
    agents: [living('a', POST), again({ command: 'ensure', ...OF_A })],
    happenings: ['sweep'] as const,
    sleeps: 'instant' as const,
  },
  {
    name: 'the record is swept while one exits and another claims',
    before: A_CLAIMED,
    agents: [living('a', POST), living('b', CLAIM)],
    happenings: ['sweep'] as const,
    faults: ['late', 'stale', 'answer lost'] as const,
    sleeps: 'instant' as const,
  },
  {
    name: 'one waits while the owner releases',
    before: A_CLAIMED,
    agents: [living('a', RELEASE), living('b', JOIN)],
    faults: ['answer lost', 'crash'] as const,
    sleeps: 'instant' as const,
  },
].map(faulty(1));

/** With two faults in the smallest programs. */
export const TWO_FAULTS: readonly Scenario[] = [
  { name: 'one run claims in a repository without a state branch', agents: [living('a', CLAIM)] },
  { name: 'one run claims and releases', agents: [living('a', CLAIM, POST)] },
  {
    name: 'one run publishes, and somebody else pushes',
    before: A_CLAIMED,
    agents: [living('a', PUSH)],
    happenings: ['somebody else pushes'] as const,
    sleeps: 'instant' as const,
  },
  { name: 'one run claims and asserts strictly', agents: [living('a', CLAIM, STRICT)] },
  {
    name: 'a killed takeover is left',
    before: A_CLAIMED,
    agents: [living('a'), living('b', TAKEOVER, POST)],
  },
  {
    name: 'a later attempt reads the past',
    before: [agent('a', CLAIM), again({ command: 'ensure', ...OF_A })],
    agents: [
      again({ command: 'assert', token: 'own' }, { command: 'ensure', ...OF_A }, { command: 'release', ...OF_A }),
    ],
    faults: ['stale', 'spurious'] as const,
    sleeps: 'instant' as const,
  },
  {
    name: 'a claim is refused because the pull request closes',
    agents: [living('a', CLAIM, POST)],
    happenings: ['pull request closes'] as const,
    faults: ['late', 'answer lost', 'kill', 'crash'] as const,
    sleeps: 'instant' as const,
  },
  {
    name: 'an eviction is forbidden because the pull request opens again',
    before: A_CLAIMED,
    agents: [living('a'), { ...living('b', EVICT_A, POST), mayTakeOver: false }],
    happenings: ['pull request closes', 'pull request opens'] as const,
    faults: ['late', 'kill'] as const,
    sleeps: 'instant' as const,
  },
  {
    name: 'the owner renews and its post step releases',
    before: A_CLAIMED,
    agents: [living('a', CLAIM, POST)],
    sleeps: 'instant' as const,
  },
].map(faulty(2));
