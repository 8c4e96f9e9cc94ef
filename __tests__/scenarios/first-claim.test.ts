import { expect, test } from '@jest/globals';
import { expectOk, FIRST_CLAIM, onStage, trailersOf } from '../support/scenario.js';
import { MARKER_PATH, RECORD_PATH, REPOSITORY_ID, STATE_BRANCH } from '../../support/world.js';

test('the first claim of a repository makes the state branch with its README and the first record', () =>
  onStage(async ({ step, asked, log, record, repository, github }) => {
    const main = await repository.head('main');
    const pull = await repository.pullRequest(17);

    const claim = await step('claim', { runId: 1001, with: { reason: 'nightly fixes' } });

    expectOk(claim, 'claimed_new', true);
    expect(claim.annotations).toEqual([]);
    expect(asked()).toEqual(FIRST_CLAIM);

    const [root, ...more] = await log();
    expect(more).toEqual([]);
    expect(root?.parents).toEqual([]);
    expect(await repository.head('main')).toBe(main);
    expect(await repository.readFile(STATE_BRANCH, 'README.md')).toMatch(/runner-coord.*takeover.*broken/s);

    const stored = await record();
    expect(stored).toMatchObject({
      schemaVersion: 3,
      target: { repo: 'acme/widgets', repoId: REPOSITORY_ID, pr: 17, scope: null },
      fencingToken: 1,
      activeRun: {
        runId: '1001',
        attempt: 1,
        fencingToken: 1,
        expiresAt: null,
        detached: false,
        id: stored?.history[0]?.id,
        renewedBy: null,
        holder: {
          repo: 'acme/widgets',
          repoId: REPOSITORY_ID,
          workflowRunId: 1001,
          workflow: 'agent',
          job: 'fix',
          actor: 'octocat',
          url: `${github.serverUrl}/acme/widgets/actions/runs/1001/attempts/1`,
        },
      },
      previousRun: null,
      queue: [],
      history: [
        {
          ...{
            type: 'claim',
            runId: '1001',
            attempt: 1,
            previousRunId: null,
            reason: 'nightly fixes',
            fencingToken: 1,
          },
          ...{ actor: 'octocat', workflow: 'agent', workflowRunId: 1001 },
        },
      ],
      exitSignals: [],
    });

    expect(root?.message).toMatch(
      /^claim pull request 17 of acme\/widgets by run 1001\n\n[^]*nightly f·ixes[^]*\[skip ci\]/,
    );
    expect(await trailersOf(repository, STATE_BRANCH)).toEqual({
      'Coord-Event': 'claim',
      'Coord-Repository': 'acme/widgets',
      'Coord-Pull-Request': '17',
      'Coord-Run-Id': '1001',
      'Coord-Attempt': '1',
      'Coord-Fencing-Token': '1',
      'Coord-Actor': 'octocat',
      'Coord-Workflow': 'agent',
      'Coord-Workflow-Run-Id': '1001',
      'Coord-Requests': '5',
      'Coord-Milliseconds': expect.stringMatching(/^\d+$/) as unknown,
      'Coord-Request-Id': stored?.history[0]?.id,
    });

    expect(claim.outputs).toMatchObject({
      repo: 'acme/widgets',
      pr: '17',
      'run-id': '1001',
      'owner-run-id': '1001',
      'owner-url': stored?.activeRun?.holder?.url,
      'previous-run-id': '',
      'claimed-at': stored?.activeRun?.claimedAt,
      'updated-at': stored?.activeRun?.updatedAt,
      'fencing-token': '1',
      'exit-signaled': 'false',
      'head-sha': pull.headRefOid,
      'state-branch': STATE_BRANCH,
      'state-path': RECORD_PATH,
      'state-commit': root?.oid,
    });
    expect(claim.result).toMatchObject({
      ok: true,
      pr: 17,
      'fencing-token': 1,
      'previous-run-id': null,
      record: stored,
    });

    const address = `${github.serverUrl}/acme/widgets`;
    expect(claim.summary).toContain(`(${address}/pull/17)`);
    expect(claim.summary).toContain(`[Run 1001](${address}/actions/runs/1001/attempts/1)`);
    expect(claim.summary).toMatch(/^🟢 .* owns .*, reason: .*nightly fixes.*\.\n$/);
  }));

test('the record is two-space JSON with a final newline and the keys in the order of the contract', () =>
  onStage(async ({ step, repository }) => {
    await step('claim');
    const text = (await repository.readFile(STATE_BRANCH, RECORD_PATH)) ?? '';
    const parsed = JSON.parse(text) as Record<string, object>;
    expect(text).toBe(`${JSON.stringify(parsed, null, 2)}\n`);
    const keys = 'schemaVersion target fencingToken activeRun previousRun queue history exitSignals';
    expect(Object.keys(parsed).join(' ')).toBe(keys);
    expect(Object.keys(parsed['target'] ?? {}).join(' ')).toBe('repo repoId pr scope');
    const ownerKeys = 'runId attempt fencingToken claimedAt updatedAt expiresAt detached id renewedBy holder';
    expect(Object.keys(parsed['activeRun'] ?? {}).join(' ')).toBe(ownerKeys);
  }));

test('the marker says whose the branch is', () =>
  onStage(async ({ step, repository }) => {
    await step('claim');
    const text = (await repository.readFile(STATE_BRANCH, MARKER_PATH)) ?? '';
    const marker = { layout: 1, repoId: REPOSITORY_ID, stateBranch: STATE_BRANCH, tokenFloor: 0 };
    expect(text).toBe(`${JSON.stringify(marker, null, 2)}\n`);
  }));

test('nothing in a commit is a reference, a mention or a closing word to GitHub', () =>
  onStage(async ({ step, log }) => {
    const reason =
      'fixes #17, closes acme/widgets#17, resolves GH-17, thanks @octocat, see https://github.com/acme/widgets/pull/17';
    await step('claim', { workflow: '@octocat closes #17', with: { reason } });
    const message = (await log())[0]?.message ?? '';
    expect(message).not.toMatch(/#\d|@\w|GH-\d|:\/\/|\b(?:fixes|closes|resolves)\b/i);
    expect(message).toContain('Coord-Pull-Request: 17');
  }));

test('a state branch of another name is made and used', () =>
  onStage(async ({ step, asked, repository }) => {
    const settings = { 'state-branch': 'bots/coordination' };
    const claim = await step('claim', { with: settings });
    const asserted = await step('assert', { with: settings });
    expectOk(claim, 'claimed_new', true);
    expectOk(asserted, 'owner_confirmed', true);
    expect(asserted.outputs['state-branch']).toBe('bots/coordination');
    expect(asked()).toHaveLength(FIRST_CLAIM.length + 1);
    expect(await repository.head(STATE_BRANCH)).toBeNull();
    expect(await repository.readFile('bots/coordination', RECORD_PATH)).not.toBeNull();
  }));
