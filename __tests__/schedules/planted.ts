import type { Check } from './judge.js';
import type { Patch } from './patched-source.js';
import type { Scenario } from './scenario.js';
import { CALM, ONE_FAULT, TWO_FAULTS } from './small-scenarios.js';

/** Mistakes that somebody could make, each with the program that shows it and the check that has to name it. */
export interface Planted {
  readonly fault: string;
  readonly patches: readonly Patch[];
  readonly caughtIn: Scenario;
  readonly caughtBy: Check;
}

const COORDINATE = 'coordinate/coordinate.ts';
const TAKE_WRITE = 'coordinate/take-write.ts';
const TAKE_READING = 'coordinate/take-reading.ts';
const SEEN = 'coordinate/seen.ts';

const REPLAYING = `
const replayed = new WeakMap();
function decideOnce(coordination, situation) {
  const decision = replayed.get(coordination) ?? decide(situation);
  if (decision.kind === 'write') replayed.set(coordination, decision);
  return decision;
}
export async function coordinate(`;

/** Reading, deciding and writing at all. */
const OPTIMISTIC_COMMITS: readonly Planted[] = [
  {
    fault: 'skip the expected head',
    patches: [
      { file: COORDINATE, find: /store\.write\(\{ expectedHead,/, put: 'store.write({ expectedHead: undefined,' },
    ],
    caughtIn: named(CALM, 'three runs claim at once'),
    caughtBy: 'one owner in a tenure',
  },
  {
    fault: 'replay a stale decision',
    patches: [
      {
        file: COORDINATE,
        find: /\bdecision = decide\(\{ record, request: this\.#request, facts \}\);/,
        put: 'decision = decideOnce(this, { record, request: this.#request, facts });',
      },
      { file: COORDINATE, find: /export async function coordinate\(/, put: REPLAYING },
    ],
    caughtIn: named(CALM, 'three runs claim at once'),
    caughtBy: 'every commit follows from the record before it',
  },
  {
    fault: 'treat unknown as success',
    patches: [{ file: TAKE_WRITE, find: /case 'applied':/, put: "case 'unknown': case 'applied':" }],
    caughtIn: named(ONE_FAULT, 'two runs claim in a repository without a state branch'),
    caughtBy: 'an acknowledged change is on the branch exactly once',
  },
  {
    fault: 'release without the token',
    patches: [{ file: 'core/commands/release.ts', find: /if \(meansTenure\(request, active\)\)/, put: 'if (true)' }],
    caughtIn: named(CALM, 'a run is signalled, takes its own place again, and its other job releases the old tenure'),
    caughtBy: 'the history is linearizable',
  },
  {
    fault: 'trust a stale read',
    patches: [{ file: TAKE_READING, find: /if \(judgement\.kind === 'current'\)/, put: 'if (true)' }],
    caughtIn: named(ONE_FAULT, 'the owner releases, another run claims and a neighbour commits'),
    caughtBy: 'no answer from a past already left behind',
  },
];

/** Found by a random schedule. */
const SAVED: readonly Planted[] = [
  {
    fault: 'answer from what main has saved',
    patches: [
      {
        file: COORDINATE,
        find: /\(decision\.kind === 'answer' \|\| decision\.kind === 'ask'\)/,
        put: "decision.kind === 'ask'",
      },
    ],
    caughtIn: named(ONE_FAULT, 'a tenure is renewed before its claim is found, then released, and the claim exits'),
    caughtBy: 'the answer was true',
  },
];

const ATTEMPTS: readonly Planted[] = [
  {
    fault: 'compare attempts across workflow runs',
    patches: [
      { file: 'core/run.ts', find: /if \(!isSameWorkflowRun\(active\.holder, run\.holder\) \|\| /, put: 'if (' },
    ],
    caughtIn: named(CALM, 'two workflow runs of one run id share a tenure, and each releases at its end'),
    caughtBy: 'the history is linearizable',
  },
  {
    fault: 'accept the assert of a later attempt',
    patches: [
      {
        file: 'core/commands/assert.ts',
        find: /relationOf\(owned\.active, request\.run\) !== 'mine'/,
        put: "!relationOf(owned.active, request.run).startsWith('mine')",
      },
    ],
    caughtIn: named(CALM, 'a later attempt asserts before it ensures, while the earlier one goes on'),
    caughtBy: 'nobody is owner in a tenure of another attempt',
  },
  {
    fault: 'leave a renewed tenure with its first holder',
    patches: [{ file: 'core/tenure.ts', find: /attempt,\s+holder,\s+\};/, put: '};' }],
    caughtIn: named(CALM, 'the run that renewed last decides whether a shared tenure is dead'),
    caughtBy: 'no living owner is replaced as dead',
  },
  {
    fault: 'end what another step began or renewed',
    patches: [
      { file: 'core/commands/release.ts', find: /if \(isRenewedByAnother\(request, active\)\)/, put: 'if (false)' },
    ],
    caughtIn: named(CALM, 'two jobs of one run release on exit what they began, and nothing else'),
    caughtBy: 'a post step ends only what its step began',
  },
];

const ASSERTS: readonly Planted[] = [
  {
    fault: 'ask for the token only where somebody owns',
    patches: [
      {
        file: 'core/commands/assert.ts',
        find: /if \(!meansTenure\(request, owned\?\.active \?\? null\)\)/,
        put: 'if (owned !== null && !meansTenure(request, owned.active))',
      },
    ],
    caughtIn: named(CALM, 'an evicted owner asserts and ensures with its token, while another run claims'),
    caughtBy: 'the answer was true',
  },
  {
    fault: 'let any token ensure',
    patches: [{ file: 'core/commands/ensure.ts', find: /if \(!mayEnsure\(request, record\)\)/, put: 'if (false)' }],
    caughtIn: named(CALM, 'a later attempt was taken over and comes back with the token of the earlier one'),
    caughtBy: 'the history is linearizable',
  },
];

const BRANCH: readonly Planted[] = [
  {
    fault: 'take finding nothing for proof in the post step',
    patches: [
      {
        file: 'core/commands/leave.ts',
        find: /recordLeave\(record \?\? blankRecord\(facts\.target\), request, facts\)/,
        put: "ok('release_noop')",
      },
    ],
    caughtIn: named(TWO_FAULTS, 'a killed takeover is left'),
    caughtBy: 'nothing of a step lands after its post step',
  },
  {
    fault: 'take finding nothing for proof in the step itself',
    patches: [{ file: COORDINATE, find: /if \(request === null\) return outcome;/, put: 'return outcome;' }],
    caughtIn: named(TWO_FAULTS, 'a claim is refused because the pull request closes'),
    caughtBy: 'what was refused changed nothing',
  },
  {
    fault: 'settle only what would begin a tenure',
    patches: [
      {
        file: 'coordinate/sent.ts',
        find: /sent\.filter\(\(\{ state, base \}\) => /,
        put: "sent.filter(({ type, state, base }) => ['claim', 'takeover'].includes(type) && ",
      },
    ],
    caughtIn: named(TWO_FAULTS, 'an eviction is forbidden because the pull request opens again'),
    caughtBy: 'what was refused changed nothing',
  },
  {
    fault: 'accept the old name after a rename',
    patches: [{ file: TAKE_READING, find: /if \(target\.repo !== store\.target\.repo && /, put: 'if (false && ' }],
    caughtIn: named(CALM, 'the repository is renamed while two runs are at work, one by the old name'),
    caughtBy: 'nobody owns by an old name',
  },
  {
    fault: 'begin below the floor of a sweep',
    patches: [
      {
        file: 'core/new-tenure.ts',
        find: /Math\.max\(fencingToken, tokenFloor\) \+ 1/,
        put: 'fencingToken + 1',
      },
    ],
    caughtIn: named(CALM, 'the record is swept between two claims'),
    caughtBy: 'tokens rise',
  },
  {
    fault: 'answer from below the token that was given',
    patches: [{ file: SEEN, find: /if \(seen\.token !== null && token < seen\.token\)/, put: 'if (false)' }],
    caughtIn: named(TWO_FAULTS, 'a later attempt reads the past'),
    caughtBy: 'a token given is never answered from below',
  },
  {
    fault: 'believe a refused head at once',
    patches: [{ file: SEEN, find: /if \(readings \+ 1 < READINGS_OF_A_REFUSED_HEAD\)/, put: 'if (false)' }],
    caughtIn: named(ONE_FAULT, 'the owner asserts strictly while another run takes over'),
    caughtBy: 'no answer from a past already left behind',
  },
];

const TIME: readonly Planted[] = [
  {
    fault: 'ask the clock of the runner',
    patches: [
      {
        file: 'coordinate/facts.ts',
        find: /now: serverNow\(time, clock\.monotonic\(\)\),\s+writeId/,
        put: 'now: clock.now(), writeId',
      },
    ],
    caughtIn: named(CALM, 'an owner renews while a machine with a fast clock asks how old it is'),
    caughtBy: 'no fresh owner is replaced as stale',
  },
];

const SUCCESSION = 'core/succession.ts';

const LINE: readonly Planted[] = [
  {
    fault: 'forget the line when a tenure is released',
    patches: [
      {
        file: SUCCESSION,
        find: /const next = nextInLine\(record\.queue, facts\);/,
        put: "const next = { kind: 'nobody' };",
      },
    ],
    caughtIn: named(CALM, 'one joins behind another while the owner releases, and both are served in turn'),
    caughtBy: 'order of coming is order of service',
  },
  {
    fault: 'take a place in line for a grant',
    patches: [
      {
        file: 'core/waiting.ts',
        find: /changeUnrecorded\(\{ \.\.\.record, queue \}, event, answer, facts\)/,
        put: "changeUnrecorded({ ...record, queue }, event, { kind: 'ok', status: 'claimed_new' }, facts)",
      },
    ],
    caughtIn: named(CALM, 'a waiter leaves while the owner releases'),
    caughtBy: 'the answer was true',
  },
  {
    fault: 'stop waiting without a last look',
    patches: [
      {
        file: 'coordinate/stand-in-line.ts',
        find: /await this\.#coordination\.leave\(new Deadline\(clock, Math\.min\(timeoutMs, LONGEST_LEAVE_MS\)\)\)/,
        put: 'this.#refusal',
      },
    ],
    caughtIn: named(CALM, 'a waiter leaves while the owner releases'),
    caughtBy: 'no tenure for who has left',
  },
  {
    fault: 'hand over to whose time is past',
    patches: [{ file: 'core/queue.ts', find: /if \(isPast\(place, now\)\) continue;/, put: '' }],
    caughtIn: named(CALM, 'the owner releases, and the time of the first in line is past'),
    caughtBy: 'a place of the dead blocks nobody',
  },
  {
    fault: 'leave the other places of the run in line',
    patches: [
      {
        file: SUCCESSION,
        find: /record\.queue\.filter\(\(other\) => other\.runId !== runId\)/,
        put: 'record.queue.slice(1)',
      },
    ],
    caughtIn: named(CALM, 'two steps of one run wait, and the owner releases'),
    caughtBy: 'nobody is served twice',
  },
  {
    fault: 'use one id for every write of a waiting step',
    patches: [
      {
        file: COORDINATE,
        find: /this\.#context = context;/,
        put: 'const id = context.newId(); this.#context = { ...context, newId: () => id };',
      },
    ],
    caughtIn: named(CALM, 'a waiter leaves while the owner releases'),
    caughtBy: 'every commit follows from the record before it',
  },
];

const PUSH = 'core/commands/push.ts';
const SENT = 'coordinate/sent.ts';

const PUBLICATIONS: readonly Planted[] = [
  {
    fault: 'publish by the token of an older tenure',
    patches: [
      {
        file: PUSH,
        find: /run, reason, fencingToken, requireOpen \}/,
        put: 'run, reason, fencingToken: null, requireOpen }',
      },
    ],
    caughtIn: named(CALM, 'a job publishes by its old token after the run has taken its own place again'),
    caughtBy: 'what is published is of the tenure of that moment',
  },
  {
    fault: 'publish without asking who owns',
    patches: [{ file: PUSH, find: /asserted\.kind !== 'answer' \|\| asserted\.answer\.kind !== 'ok'/, put: 'false' }],
    caughtIn: named(CALM, 'one job publishes while another releases, and a third run claims and publishes'),
    caughtBy: 'what is published is of the tenure of that moment',
  },
  {
    fault: 'publish over what an earlier push did not stand on',
    patches: [
      { file: PUSH, find: /relation !== 'ahead' && /, put: "relation !== 'ahead' && relation !== 'moved' && " },
    ],
    caughtIn: named(ONE_FAULT, 'the owner publishes, and somebody else pushes'),
    caughtBy: 'a push loses nobody’s commits',
  },
  {
    fault: 'publish over what the commits do not build on',
    patches: [
      { file: PUSH, find: /relation !== 'ahead' && /, put: "relation !== 'ahead' && relation !== 'diverged' && " },
    ],
    caughtIn: named(ONE_FAULT, 'the owner publishes, and somebody else pushes'),
    caughtBy: 'a push loses nobody’s commits',
  },
  {
    fault: 'call what has landed lost, because another run owns by now',
    patches: [
      { file: SENT, find: /if \(published !== null\) return outcome;/, put: '' },
      { file: SENT, find: /'takeover', 'confirm'\]/, put: "'takeover', 'confirm', 'publish']" },
    ],
    caughtIn: named(ONE_FAULT, 'the owner publishes while another run takes over'),
    caughtBy: 'a push that was refused does not land',
  },
  {
    fault: 'publish again what was decided before the race',
    patches: [
      {
        file: COORDINATE,
        find: /\bdecision = decide\(\{ record, request: this\.#request, facts \}\);/,
        put: 'decision = decideOnce(this, { record, request: this.#request, facts });',
      },
      { file: COORDINATE, find: /export async function coordinate\(/, put: REPLAYING },
    ],
    caughtIn: named(CALM, 'one job publishes while another releases, and a third run claims and publishes'),
    caughtBy: 'what is published is of the tenure of that moment',
  },
  {
    fault: 'refuse without keeping an earlier push from landing',
    patches: [
      {
        file: SENT,
        find: /sent\.filter\(\(\{ state, base \}\) => /,
        put: "sent.filter(({ type, state, base }) => type !== 'publish' && ",
      },
    ],
    caughtIn: named(ONE_FAULT, 'a publication is refused because the pull request closes'),
    caughtBy: 'a push that was refused does not land',
  },
  {
    fault: 'take a push of unknown outcome for one that has landed',
    patches: [{ file: TAKE_WRITE, find: /case 'applied':/, put: "case 'unknown': case 'applied':" }],
    caughtIn: named(ONE_FAULT, 'the owner publishes, and somebody else pushes'),
    caughtBy: 'a push that says published has landed',
  },
  {
    fault: 'call a publication done that has lost its race',
    patches: [
      {
        file: TAKE_WRITE,
        find: /case 'lost_race':\s+case 'branch_moved': \{/,
        put: "case 'lost_race': case 'branch_moved': { if (sent.published !== null) return { kind: 'applied', seen, commit: sent.expectedHead };",
      },
    ],
    caughtIn: named(
      CALM,
      'the owner publishes twice, once by a lease, while somebody else pushes and a neighbour commits',
    ),
    caughtBy: 'a push that says published has landed',
  },
];

export const PLANTED = [
  ...[...OPTIMISTIC_COMMITS, ...SAVED, ...ATTEMPTS, ...ASSERTS, ...BRANCH, ...TIME, ...LINE],
  ...PUBLICATIONS,
];

function named(scenarios: readonly Scenario[], name: string): Scenario {
  const scenario = scenarios.find((candidate) => candidate.name === name);
  if (scenario === undefined) throw new Error(`no such scenario: ${name}`);
  return scenario;
}
