import { afterEach, describe, expect, it } from '@jest/globals';
import {
  isMutation,
  isQuery,
  isRefCreation,
  landsLate,
  meanwhile,
  refCreationAnswersNothing,
} from '../../support/local-github/index.js';
import { withReadings } from './reading.js';
import { BRANCH, coordinated, PATH, requestOf, TARGET, type Coordinated } from './stage.js';

/** Writes that land after everybody has given them up, on a branch that is real. */

const { stage } = withReadings();

const BROKEN = { status: 502, headers: {}, body: '' };
let pr = 200;

afterEach(async () => {
  if ((await stage().repository.head(BRANCH)) !== null) await stage().repository.deleteBranch(BRANCH);
});

/** Claims a pull request of its own that closes after the first reading, so that a lost claim comes to nothing. */
async function claimOfOneThatCloses(): Promise<Coordinated> {
  pr += 1;
  const { repository, github } = stage();
  await repository.openPullRequest({ number: pr });
  github.faults.add({ match: isQuery(), skip: 1, action: meanwhile(() => repository.closePullRequest(pr, 'closed')) });
  return claim();
}

function claim(): Promise<Coordinated> {
  const { github } = stage();
  return coordinated(
    requestOf(),
    (clock) => stage().store({ clock, target: { ...TARGET, pr } }),
    120_000,
    (milliseconds) => github.clock.shift(milliseconds),
  );
}

describe('a claim that was given up', () => {
  it('lands no more on the branch, once the step has left', async () => {
    await stage().mark();
    const late = landsLate({ reply: BROKEN });
    stage().github.faults.next(isMutation('createCommitOnBranch'), late);
    const { outcome } = await claimOfOneThatCloses();
    expect(outcome).toMatchObject({ kind: 'conflict', code: 'pr_closed', view: { record: { activeRun: null } } });
    const [{ body } = { body: null }] = await late.land();
    expect(body).toMatchObject({ errors: [{ type: 'STALE_DATA' }] });
    const [left] = await stage().repository.log(BRANCH);
    expect(left?.message).toContain(`leave pull request ${String(pr)} of acme/widgets by run 1001`);
  });

  it('makes no branch any more, once the step has left', async () => {
    const late = landsLate({ reply: BROKEN });
    stage().github.faults.next(isRefCreation(), late);
    const { outcome } = await claimOfOneThatCloses();
    expect(outcome).toMatchObject({ kind: 'conflict', code: 'pr_closed' });
    expect(await stage().repository.log(BRANCH)).toHaveLength(1);
    const [answer] = await late.land();
    expect(answer?.status).toBe(422);
  });

  it('is found where it lands right before the step leaves', async () => {
    await stage().mark();
    const late = landsLate({ reply: BROKEN });
    const landing = meanwhile(() => late.land());
    stage().github.faults.next(isMutation('createCommitOnBranch'), late);
    stage().github.faults.next(isMutation('createCommitOnBranch'), landing);
    const { outcome } = await claimOfOneThatCloses();
    expect(outcome).toMatchObject({ kind: 'ok', status: 'claimed_new', view: { record: { fencingToken: 1 } } });
    expect(await stage().repository.log(BRANCH)).toHaveLength(2);
  });
});

// O8
it('a ref that GitHub says nothing about is made by the next try, and only then owned', async () => {
  pr = 17;
  stage().github.faults.next(isRefCreation(), refCreationAnswersNothing());
  const { outcome } = await claim();
  expect(outcome).toMatchObject({
    kind: 'ok',
    status: 'claimed_new',
    view: { stateCommit: await stage().repository.head(BRANCH) },
  });
  expect(await stage().repository.readFile(BRANCH, PATH)).toContain('"fencingToken": 1');
});
