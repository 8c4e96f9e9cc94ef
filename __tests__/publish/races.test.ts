import { describe, expect, test } from '@jest/globals';
import {
  answersHtml,
  badGateway,
  badGatewayAfterApplying,
  commitRefsFails,
  commitRefsFailsAfterApplying,
  combined,
  isFetchAdvertisement,
  isPush,
  isPushAdvertisement,
  isRead,
  losesRaceAtUpdate,
  losesRaceBeforeCheck,
  meanwhile,
  neverAnswers,
  neverAnswersAfterApplying,
  resetsConnection,
  resetsConnectionAfterApplying,
  serviceUnavailable,
  withoutAtomic,
  type FaultAction,
} from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import { RECORD_PATH, STATE_BRANCH } from '../../support/world.js';
import { BRANCH, onPublishStage, STATE, type PublishStage } from './stage.js';

/** What may happen to either ref between the reading and the end of the transaction, over git's own server. */

const TAKEOVER = { runId: 1002, with: { command: 'takeover', reason: 'I go on here' } };

/** The worst moments: after the client has compared, before the server has, and when it holds the locks. */
const MOMENTS: readonly [string, (work: () => Promise<void>) => FaultAction][] = [
  ['between the advertisement and the push', (work) => meanwhile(work)],
  ['inside pre-receive', (work) => losesRaceBeforeCheck(work)],
  ['just before the refs are locked', (work) => losesRaceAtUpdate(work)],
];

/** No more than one landed, and what the record says is what the branch has. */
async function expectPublished({ record, headOf, log }: PublishStage, from: string | null, to: string): Promise<void> {
  expect(await headOf(BRANCH)).toBe(to);
  const events = (await record())?.history.filter(({ type }) => type === 'publish');
  expect(events).toMatchObject([{ runId: '1001', from, to, ref: BRANCH }]);
  expect((await log()).filter(({ message }) => message.startsWith('publish '))).toHaveLength(1);
}

async function expectNothingMoved({ record, headOf }: PublishStage, head: string | null): Promise<void> {
  expect(await headOf(BRANCH)).toBe(head);
  expect((await record())?.history.filter(({ type }) => type === 'publish')).toEqual([]);
}

describe.each(MOMENTS)('%s', (_name, at) => {
  test('a takeover wins: neither ref moves, and the answer says who owns it and where the commits are', () =>
    onPublishStage(async (stage) => {
      const { checkout, push, headOf, github, another } = stage;
      const from = await headOf(BRANCH);
      await checkout.commit('file.txt', 'hello');
      const other = await another({ runId: 1002 });
      github.faults.next(
        isPush(BRANCH),
        at(async () => void (await other.uses(TAKEOVER))),
      );
      const { status, stderr } = await push();
      expect({ status, stderr }).toEqual({ status: 75, stderr: expect.stringContaining('run 1002') as unknown });
      expect(stderr).toContain('Nothing was pushed; the commits are still in this checkout.');
      await expectNothingMoved(stage, from);
    }));

  test('a commit for another pull request is no conflict: it is decided again, and lands', () =>
    onPublishStage(async (stage) => {
      const { checkout, push, headOf, github, repository, pushes } = stage;
      const from = await headOf(BRANCH);
      const to = await checkout.commit('file.txt', 'hello');
      const write = async (): Promise<void> => void (await repository.writeFile(STATE_BRANCH, 'pulls/0/18.json', '{}'));
      github.faults.next(isPush(BRANCH), at(write));
      expect(await push()).toMatchObject({ status: 0 });
      await expectPublished(stage, from, to);
      expect(pushes()).toBe(2);
    }));

  test('somebody’s commit on the branch is not overwritten', () =>
    onPublishStage(async (stage) => {
      const { checkout, push, headOf, github, repository } = stage;
      const state = await headOf(STATE);
      await checkout.commit('file.txt', 'hello');
      github.faults.next(
        isPush(BRANCH),
        at(async () => void (await repository.pushToPullRequest(17))),
      );
      const { status, stderr } = await push();
      expect({ status, stderr }).toEqual({
        status: 75,
        stderr: expect.stringContaining('has moved to') as unknown,
      });
      expect(stderr).toContain('--force-with-lease=');
      await expectNothingMoved(stage, await repository.head('pr-17'));
      expect(await headOf(STATE)).toBe(state);
    }));
});

describe('an answer that is lost', () => {
  test.each<[string, () => FaultAction]>([
    ['a bad gateway', badGatewayAfterApplying],
    ['a reset connection', resetsConnectionAfterApplying],
    ['an error in commit_refs', commitRefsFailsAfterApplying],
  ])('%s after it landed: it is found, and not pushed again', (_name, fault) =>
    onPublishStage(async (stage) => {
      const { checkout, push, headOf, github } = stage;
      const from = await headOf(BRANCH);
      const to = await checkout.commit('file.txt', 'hello');
      github.faults.next(isPush(BRANCH), fault());
      expect(await push()).toMatchObject({ status: 0, stderr: expect.stringContaining('published') as unknown });
      await expectPublished(stage, from, to);
    }),
  );

  test.each<[string, () => FaultAction]>([
    ['a bad gateway', badGateway],
    ['a reset connection', resetsConnection],
    ['an error in commit_refs', commitRefsFails],
  ])('%s before anything landed: it is pushed again', (_name, fault) =>
    onPublishStage(async (stage) => {
      const { checkout, push, headOf, github } = stage;
      const from = await headOf(BRANCH);
      const to = await checkout.commit('file.txt', 'hello');
      github.faults.next(isPush(BRANCH), fault());
      expect(await push()).toMatchObject({ status: 0 });
      await expectPublished(stage, from, to);
    }),
  );

  test('it landed, git’s own library sent it once more, and that was refused: it is found all the same', () =>
    onPublishStage(async (stage) => {
      const { checkout, push, headOf, github } = stage;
      const from = await headOf(BRANCH);
      const to = await checkout.commit('file.txt', 'hello');
      github.faults.next(isPush(BRANCH), resetsConnectionAfterApplying());
      github.faults.next(isPush(BRANCH), answersHtml(403));
      expect(await push()).toMatchObject({ status: 0, stderr: expect.stringContaining('published') as unknown });
      await expectPublished(stage, from, to);
    }));

  test('it landed, and then the run was replaced: published, but not the owner any more', () =>
    onPublishStage(async (stage) => {
      const { checkout, push, headOf, github, another } = stage;
      const from = await headOf(BRANCH);
      const to = await checkout.commit('file.txt', 'hello');
      const other = await another({ runId: 1002 });
      const takeover = meanwhile(async () => void (await other.uses(TAKEOVER)));
      const beforeTheNextReading = meanwhile(() => Promise.resolve(void github.faults.next(isRead(), takeover)));
      github.faults.next(isPush(BRANCH), combined(beforeTheNextReading, badGatewayAfterApplying()));
      const { status, stdout, stderr } = await push('--json');
      expect({ status, stderr }).toEqual({
        status: 75,
        stderr: expect.stringContaining('does not any more') as unknown,
      });
      expect(stderr).toContain('run 1002');
      expect(JSON.parse(stdout)).toMatchObject({
        ...{ status: 'published', owned: false, 'published-sha': to, 'published-from': from },
      });
      await expectPublished(stage, from, to);
    }));

  test('it landed, and the record has forgotten it: the log of the state branch has not', () =>
    onPublishStage(async (stage) => {
      const { checkout, push, github, repository, pushes } = stage;
      const to = await checkout.commit('file.txt', 'hello');
      const before = await repository.readFile(STATE_BRANCH, RECORD_PATH);
      const forget = meanwhile(async () => {
        await repository.writeFile(STATE_BRANCH, RECORD_PATH, before ?? '');
        await repository.pushToPullRequest(17);
      });
      const beforeTheNextReading = meanwhile(() => Promise.resolve(void github.faults.next(isRead(), forget)));
      github.faults.next(isPush(BRANCH), combined(beforeTheNextReading, badGatewayAfterApplying()));
      const { status, stdout } = await push('--json');
      expect(JSON.parse(stdout)).toMatchObject({ status: 'published', owned: true, 'published-sha': to });
      expect(status).toBe(0);
      expect(pushes()).toBe(1);
    }));
});

describe('a commit that the branch has already', () => {
  test('somebody has built on it: nothing of theirs is put at risk by the advice', () =>
    onPublishStage(async ({ checkout, push, headOf, repository }) => {
      await checkout.commit('file.txt', 'hello');
      expect(await push()).toMatchObject({ status: 0 });
      await repository.pushToPullRequest(17);
      const head = await headOf(BRANCH);
      const { status, stderr } = await push();
      expect({ status, stderr }).toEqual({ status: 75, stderr: expect.stringMatching(/has \w+ already/) as unknown });
      expect(stderr).not.toContain('force');
      expect(await headOf(BRANCH)).toBe(head);
    }));

  test('a server that is down while the history is fetched is no conflict', () =>
    onPublishStage(async ({ checkout, push, repository, github }) => {
      await checkout.commit('file.txt', 'hello');
      await repository.pushToPullRequest(17);
      // Behind the one that lists the heads and the one that fetches the state branch.
      github.faults.add({ match: isFetchAdvertisement(), skip: 2, times: 50, action: serviceUnavailable() });
      const { status, stderr } = await push('--timeout', '5s');
      expect({ status, stderr }).toEqual({ status: 69, stderr: expect.not.stringContaining('builds on') as unknown });
    }));
});

describe('no way to land', () => {
  test('nobody tells what became of it: 69, and that it may have landed', () =>
    onPublishStage(async (stage) => {
      const { checkout, push, github } = stage;
      await checkout.commit('file.txt', 'hello');
      github.faults.always(isPush(), badGateway());
      const { status, stderr } = await push('--timeout', '20s');
      expect({ status, stderr }).toEqual({ status: 69, stderr: expect.stringContaining('may have landed') as unknown });
    }));

  test.each<[string, () => FaultAction, boolean]>([
    ['before', neverAnswers, false],
    ['after', neverAnswersAfterApplying, true],
  ])('a server that never answers, %s it landed, ends with the time', (_name, fault, landed) =>
    onPublishStage(async (stage) => {
      const { checkout, push, headOf, github } = stage;
      const to = await checkout.commit('file.txt', 'hello');
      github.faults.always(isPush(), fault());
      const { status, stderr } = await push('--timeout', '2s');
      expect({ status, stderr }).toEqual({ status: 69, stderr: expect.stringContaining('may have landed') as unknown });
      expect((await headOf(BRANCH)) === to).toBe(landed);
    }),
  );

  test('a server without atomic pushes: nothing is pushed, and nothing else is tried', () =>
    onPublishStage(async (stage) => {
      const { checkout, push, headOf, github, pushes } = stage;
      const from = await headOf(BRANCH);
      await checkout.commit('file.txt', 'hello');
      github.faults.always(isPushAdvertisement(), withoutAtomic());
      const { status, stderr } = await push();
      expect({ status, stderr }).toEqual({ status: 69, stderr: expect.stringContaining('atomic') as unknown });
      expect(pushes()).toBe(0);
      await expectNothingMoved(stage, from);
    }));
});

test('a run that does not own asks nothing of git', () =>
  onPublishStage(async ({ checkout, push, asked, plant }) => {
    await plant(recordOf({ owner: null, token: 7 }));
    await checkout.commit('file.txt', 'hello');
    asked();
    expect(await push()).toMatchObject({ status: 75 });
    expect(asked()).toEqual(['repository']);
  }));
