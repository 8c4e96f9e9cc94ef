import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createLookups, LookupError } from '../../src/store/pull-request-lookups.js';
import { createTransport } from '../../src/store/octokit-transport.js';
import type { PullRequestLookups } from '../../src/target/resolve.js';
import { Deadline } from '../../src/time/deadline.js';
import {
  answers,
  answersHtml,
  badGateway,
  isRest,
  neverAnswers,
  resetsConnection,
  secondaryRateLimit,
  type CollaboratorPermission,
  type FaultAction,
} from '../../support/local-github/index.js';
import {
  BLIND,
  ownerOf,
  startStage,
  UNKNOWN,
  VirtualClock,
  within,
  WRITER,
  type StoreChoice,
  type StoreStage,
} from './stage.js';

const RUN = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}';
const CANCEL = 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel';
const PERMISSION = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission';
const BY_COMMIT = 'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls';
const BY_HEAD = 'GET /repos/{owner}/{repo}/pulls';

/** What one question may take; it is short only where nobody answers. */
const PLENTY = 15_000;
const budgetFor = (fault: FaultAction): number => (fault.name === 'never answers' ? 300 : PLENTY);

let stage: StoreStage;

beforeAll(async () => {
  stage = await startStage();
});

beforeEach(() => {
  stage.asked();
});

afterEach(() => stage.github.faults.clear());

afterAll(async () => {
  const { violations } = stage.github;
  await stage.close();
  expect(violations).toEqual([]);
});

function addRun(status: string, runAttempt = 1, onCancel?: 'complete' | 'ignore' | 'refuse'): void {
  const conclusion = status === 'completed' ? 'failure' : null;
  stage.repository.addRun({
    id: 2002,
    status,
    conclusion,
    runAttempt,
    ...(onCancel === undefined ? {} : { onCancel }),
  });
}

/** Everything that is no answer of GitHub's, or one that says nothing. */
const silences: [string, FaultAction][] = [
  ['502', badGateway()],
  ['a reset', resetsConnection()],
  ['no answer', neverAnswers()],
  ['a rate limit beyond the deadline', secondaryRateLimit({ retryAfter: 3600 })],
  ['403', answers({ status: 403, body: { message: 'Resource not accessible by integration' } })],
  ['404', answers({ status: 404, body: { message: 'Not Found' } })],
  ['401', answers({ status: 401, body: { message: 'Bad credentials' } })],
  ['a redirect', answers({ status: 301, headers: { location: 'http://127.0.0.1:9/' }, body: {} })],
  ['HTML', answersHtml(200)],
  ['null', answers({ status: 200, body: null })],
  ['a list', answers({ status: 200, body: [] })],
  ['nothing that is asked for', answers({ status: 200, body: {} })],
  ['other types', answers({ status: 200, body: { status: 7, run_attempt: '2', permission: true, role_name: 1 } })],
];

describe('whether the owner is alive', () => {
  const alive = async (owner = ownerOf(), options: StoreChoice = {}, budgetMs = PLENTY): Promise<string> => {
    const { value, warning } = await (await stage.store(options)).ownerLiveness(owner, within(budgetMs));
    expect(warning === null || value === 'unknown').toBe(true);
    return warning === null ? value : `${value}: ${warning}`;
  };

  it.each([
    ['queued', 'alive'],
    ['in_progress', 'alive'],
    ['waiting', 'alive'],
    ['requested', 'alive'],
    ['completed', 'dead'],
  ])('a run that is %s counts as %s', async (status, answer) => {
    addRun(status);
    expect(await alive()).toBe(answer);
    expect(stage.asked()).toEqual([RUN]);
  });

  it('a later attempt means that the recorded one is over', async () => {
    addRun('in_progress', 2);
    expect(await alive()).toBe('dead');
    expect(await alive(ownerOf({ attempt: 2 }))).toBe('alive');
    expect(await alive(ownerOf({ attempt: 3 }))).toBe('alive');
  });

  it('asks nobody about its own workflow run, nor about what is no run of this repository', async () => {
    const mine = { ownWorkflowRun: { id: 2002, attempt: 2 } };
    expect(await alive(ownerOf({ attempt: 2 }), mine)).toBe('alive');
    expect(await alive(ownerOf(), mine)).toBe('dead');
    expect(await alive(ownerOf({ holder: null }))).toBe('unknown');
    const url = 'https://github.test/evil/widgets/actions/runs/2002/attempts/1';
    const elsewhere = { workflowRunId: 2002, workflow: null, job: null, actor: null, url };
    expect(await alive(ownerOf({ holder: elsewhere }))).toBe('unknown');
    expect(stage.asked()).toEqual([]);
  });

  it('is unknown without the permission, which is said loudly', async () => {
    addRun('completed');
    expect(await alive(ownerOf(), { token: BLIND })).toMatch(/^unknown: .*actions: read/);
    expect(await alive(ownerOf({}, 3003))).toMatch(/^unknown: .*no workflow run 3003.*actions: read/);
    expect(await alive(ownerOf(), { token: UNKNOWN })).toMatch(/^unknown: .*401/);
  });

  it.each(silences)('is unknown after %s, never dead', async (_name, fault) => {
    addRun('completed');
    stage.github.faults.next(isRest(RUN), fault);
    expect(await alive(ownerOf(), {}, budgetFor(fault))).toMatch(/^unknown: ./);
  });
});

describe('whether the actor may take over', () => {
  const may = async (options: StoreChoice = {}, budgetMs = PLENTY): Promise<string> => {
    const { value, warning } = await (await stage.store(options)).takeoverPermission(within(budgetMs));
    return warning === null ? value : `${value}: ${warning}`;
  };

  const roles: CollaboratorPermission[] = ['none', 'read', 'triage', 'write', 'maintain', 'admin'];
  const required = ['write', 'maintain', 'admin'] as const;
  it.each(roles.flatMap((role) => required.map((need) => [role, need] as const)))(
    'somebody with %s where %s is asked for',
    async (role, requiredPermission) => {
      stage.repository.setCollaborator('mona', role);
      const enough = roles.indexOf(role) >= roles.indexOf(requiredPermission);
      expect(await may({ actor: 'mona', requiredPermission })).toBe(enough ? 'granted' : 'denied');
      expect(stage.asked()).toEqual([PERMISSION]);
    },
  );

  it('a custom role counts as the permission that it is reported with', async () => {
    stage.github.faults.next(
      isRest(PERMISSION),
      answers({ status: 200, body: { permission: 'write', role_name: 'bot' } }),
    );
    expect(await may()).toBe('granted');
    stage.github.faults.next(
      isRest(PERMISSION),
      answers({ status: 200, body: { permission: 'write', role_name: 'bot' } }),
    );
    expect(await may({ requiredPermission: 'maintain' })).toBe('denied');
  });

  it('strangers, bots and nobody may not', async () => {
    expect(await may({ actor: 'stranger' })).toBe('denied');
    expect(await may({ actor: 'dependabot[bot]' })).toMatch(/^denied: .*404/);
    stage.asked();
    expect(await may({ actor: null })).toMatch(/^denied: .*nobody is named/);
    expect(stage.asked()).toEqual([]);
  });

  it('an actor with a name made for another path asks about that very name', async () => {
    expect(await may({ actor: '../../../users/admin' })).toMatch(/^denied/);
    expect(stage.github.requests.at(-1)?.path).toContain('/collaborators/..%2F..%2F..%2Fusers%2Fadmin/permission');
  });

  it.each(silences)('is refused after %s, with the reason', async (_name, fault) => {
    stage.github.faults.next(isRest(PERMISSION), fault);
    expect(await may({}, budgetFor(fault))).toMatch(/^denied: .*could not be checked/);
  });
});

describe('cancelling the run that was replaced', () => {
  const cancelled = async (owner = ownerOf(), options: StoreChoice = {}, budgetMs = PLENTY): Promise<string> => {
    const { value, warning } = await (await stage.store(options)).cancelRun(owner, within(budgetMs));
    expect(warning === null).toBe(value !== 'not_possible');
    return warning === null ? value : `${value}: ${warning}`;
  };

  it('is asked for once', async () => {
    addRun('in_progress');
    expect(await cancelled()).toBe('requested');
    expect(stage.repository.run(2002)).toMatchObject({ status: 'completed', conclusion: 'cancelled' });
    expect(stage.asked()).toEqual([CANCEL]);
  });

  it('comes too late for a run that is over', async () => {
    addRun('completed');
    expect(await cancelled()).toBe('over_already');
  });

  it('never asks for its own run, nor for what is no run of this repository', async () => {
    addRun('in_progress');
    expect(await cancelled(ownerOf(), { ownWorkflowRun: { id: 2002, attempt: 1 } })).toMatch(
      /^not_possible: .*this very/,
    );
    expect(await cancelled(ownerOf({ holder: null }))).toMatch(/^not_possible: .*no workflow run/);
    expect(stage.asked()).toEqual([]);
    expect(stage.repository.run(2002)?.status).toBe('in_progress');
  });

  it('names the missing permission', async () => {
    addRun('in_progress');
    expect(await cancelled(ownerOf(), { token: BLIND })).toMatch(/^not_possible: .*actions: write/);
  });

  it.each(silences.slice(0, 8))('is not possible after %s, and never throws', async (_name, fault) => {
    stage.github.faults.next(isRest(CANCEL), fault);
    expect(await cancelled(ownerOf(), {}, budgetFor(fault))).toMatch(/^not_possible: ./);
  });
});

describe('look-ups of pull requests', () => {
  async function lookups(token = WRITER, deadline?: Deadline): Promise<PullRequestLookups> {
    const clock = new VirtualClock();
    const { apiUrl, graphqlUrl } = stage.github;
    return createLookups(
      await createTransport({ token, apiUrl, graphqlUrl }),
      clock,
      deadline ?? new Deadline(clock, 60_000),
    );
  }

  async function failureOf(promise: Promise<unknown>): Promise<LookupError['failure']> {
    const error = await promise.then(
      () => null,
      (reason: unknown) => reason,
    );
    if (!(error instanceof LookupError)) throw new Error('no LookupError', { cause: error });
    return error.failure;
  }

  it('finds by commit and by head, closed ones and forks too', async () => {
    const own = await stage.repository.pullRequest(17);
    const fork = await stage.repository.openPullRequest({ number: 18, head: 'topic', fork: 'them/widgets' });
    await stage.repository.openPullRequest({ number: 19, head: 'done' });
    await stage.repository.closePullRequest(19, 'merged');
    const merged = await stage.repository.pullRequest(19);
    const asks = await lookups();
    expect(await asks.byCommit('acme/widgets', own.headRefOid)).toEqual([
      {
        number: 17,
        state: 'open',
        headSha: own.headRefOid,
        headRef: 'pr-17',
        baseRepo: 'acme/widgets',
        merged: false,
      },
    ]);
    expect(await asks.byHead('acme/widgets', 'them', 'topic')).toMatchObject([
      { number: 18, state: 'open', headSha: fork.headRefOid, baseRepo: 'acme/widgets' },
    ]);
    expect(await asks.byHead('acme/widgets', 'acme', 'done')).toMatchObject([
      { number: 19, state: 'closed', merged: true, headSha: merged.headRefOid },
    ]);
    expect(await asks.byHead('acme/widgets', 'acme', 'nothing')).toEqual([]);
    expect(stage.asked()).toEqual([BY_COMMIT, BY_HEAD, BY_HEAD, BY_HEAD]);
  });

  it('turns every page, and stops after five', async () => {
    const pages = [100, 100, 3];
    const entry = (number: number): unknown => ({
      number,
      state: 'open',
      merged_at: null,
      head: { sha: 'a'.repeat(40), ref: 'x' },
      base: { repo: { full_name: 'acme/widgets' } },
    });
    const page = (size: number, index: number): FaultAction =>
      answers({ status: 200, body: Array.from({ length: size }, (_, each) => entry(index * 100 + each + 1)) });
    pages.forEach((size, index) => stage.github.faults.next(isRest(BY_HEAD), page(size, index)));
    const asks = await lookups();
    const found = await asks.byHead('acme/widgets', 'acme', 'x');
    expect(found.map(({ number }) => number)).toEqual(Array.from({ length: 203 }, (_, index) => index + 1));
    const asked = stage.github.requests.slice(-3).map(({ path }) => new URL(path, 'http://x').searchParams.get('page'));
    expect(asked).toEqual(['1', '2', '3']);

    stage.asked();
    stage.github.faults.always(isRest(BY_COMMIT), page(100, 0));
    expect(await asks.byCommit('acme/widgets', 'a'.repeat(40))).toHaveLength(500);
    expect(stage.asked()).toHaveLength(5);
  });

  it('sends branch names with any characters as they are', async () => {
    const asks = await lookups();
    await asks.byHead('acme/widgets', 'acme', 'a&state=closed#/ü?+ x');
    const { searchParams } = new URL(stage.github.requests.at(-1)?.path ?? '', 'http://x');
    expect(searchParams.get('head')).toBe('acme:a&state=closed#/ü?+ x');
    expect(searchParams.getAll('state')).toEqual(['all']);
  });

  it.each([
    ['502', badGateway()],
    ['a reset', resetsConnection()],
    ['HTML', answersHtml(200)],
    ['half an entry', answers({ status: 200, body: [{ number: 1 }] })],
    ['an impossible number', answers({ status: 200, body: [{ number: 2 ** 60 }] })],
  ])('asks again after %s, and gives up after three', async (_name, fault) => {
    stage.github.faults.next(isRest(BY_HEAD), fault);
    const asks = await lookups();
    expect(await asks.byHead('acme/widgets', 'acme', 'pr-17')).toMatchObject([{ number: 17 }]);
    expect(stage.asked()).toHaveLength(2);
    stage.github.faults.always(isRest(BY_HEAD), fault);
    expect(await failureOf(asks.byHead('acme/widgets', 'acme', 'pr-17'))).toMatchObject({ code: 'api_error' });
    expect(stage.asked()).toHaveLength(3);
  });

  it('does not ask again what is refused for good, and names the permission', async () => {
    const asks = await lookups(BLIND);
    expect(await failureOf(asks.byHead('acme/widgets', 'acme', 'x'))).toMatchObject({
      code: 'permission_denied',
      advice: expect.stringContaining('pull-requests: read') as unknown,
    });
    expect(stage.asked()).toHaveLength(1);
  });

  it('ends with the deadline', async () => {
    stage.github.faults.always(isRest(BY_HEAD), neverAnswers());
    const started = performance.now();
    const asks = await lookups(WRITER, within(300));
    await failureOf(asks.byHead('acme/widgets', 'acme', 'x'));
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});
