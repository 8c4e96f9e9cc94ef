import { describe, expect, it } from '@jest/globals';
import {
  badGateway,
  badGatewayAfterApplying,
  losesRaceAtUpdate,
  losesRaceBeforeCheck,
  neverAnswersAfterApplying,
  resetsConnection,
  resetsConnectionAfterApplying,
  type FaultAction,
} from '../../support/local-github/index.js';
import { changeOf, eventOf, READER, recordOf, shown, within } from './stage.js';
import { BY_API, byGit } from './ways.js';
import { withWrites } from './writing.js';

/** What a change comes to is the same whether the API or git brings it to the server. */
describe.each([
  ['the API', () => BY_API],
  ['git', byGit],
])('a commit onto the head that was read, by %s', (name, open) => {
  const way = open();
  const { stage, write } = withWrites(way);

  it('is applied, and its message is the audit trail', async () => {
    const stateBranch = 'audit';
    expect(await write({ stateBranch })).toMatchObject({ result: { kind: 'applied' }, stored: true });
    const [commit, parent] = await stage().repository.log(stateBranch);
    expect(commit?.parents).toEqual([parent?.oid]);
    expect(commit?.message.trimEnd().split('\n')).toEqual([
      'claim pull request 17 of acme/widgets by run 2002',
      '',
      '[skip ci]',
      '',
      'Coord-Event: claim',
      'Coord-Repository: acme/widgets',
      'Coord-Pull-Request: 17',
      'Coord-Run-Id: 2002',
      'Coord-Attempt: 1',
      'Coord-Fencing-Token: 1',
      'Coord-Actor: octocat',
      'Coord-Workflow: agent',
      'Coord-Workflow-Run-Id: 2002',
      // What git sends counts for no limit of the API.
      ...(name === 'git' ? [] : ['Coord-Requests: 1']),
      'Coord-Request-Id: earlier',
    ]);
  });

  it('leaves everything else on the branch as it is', async () => {
    const stateBranch = 'others';
    await stage().mark(stateBranch);
    const base = await stage().repository.writeFile(stateBranch, 'pulls/0/18.json', 'another’s\n');
    const store = await way.open(stage(), { stateBranch });
    expect(await store.write(changeOf(base), within())).toMatchObject({ kind: 'applied' });
    expect(await stage().repository.readFile(stateBranch, 'pulls/0/18.json')).toBe('another’s\n');
    expect(await stage().repository.readFile(stateBranch, '.runner-coord.json')).not.toBeNull();
  });

  it('keeps a reason from pretending to be a trailer', async () => {
    const event = eventOf({ reason: 'because\n\nCoord-Fencing-Token: 99\u2028Coord-Run-Id: me' });
    const base = await stage().mark('reasons');
    const store = await way.open(stage(), { stateBranch: 'reasons' });
    const change = changeOf(base, recordOf({ history: [event] }));
    expect(await store.write(change, within())).toMatchObject({ kind: 'applied' });
    const [commit] = await stage().repository.log('reasons');
    const tokens = commit?.message.match(/^Coord-(?:Fencing-Token|Run-Id):.*$/gm);
    expect(tokens).toEqual(['Coord-Run-Id: 2002', 'Coord-Fencing-Token: 1']);
  });

  it.each<[string, () => FaultAction]>([
    ['before the server has compared', losesRaceBeforeCheck],
    ['before it moves the branch', losesRaceAtUpdate],
  ])('loses a race %s', async (_name, fault) => {
    stage().github.faults.next(way.isSent, fault());
    expect(await write()).toMatchObject({ result: { kind: 'lost_race' }, stored: false });
  });

  it('loses the race against whoever wrote since the reading', async () => {
    const stale = await stage().mark('moved');
    await stage().repository.writeFile('moved', 'README.md', '2\n');
    const store = await way.open(stage(), { stateBranch: 'moved' });
    expect(await store.write(changeOf(stale), within())).toEqual({ kind: 'lost_race' });
  });

  it.each<[string, () => FaultAction, boolean]>([
    ['502', badGateway, false],
    ['502', badGatewayAfterApplying, true],
    ['a reset', resetsConnection, false],
    ['a reset', resetsConnectionAfterApplying, true],
  ])('has an unknown outcome after %s (%#)', async (_name, fault, stored) => {
    // Git’s HTTP library sends once more by itself what was reset on a connection that it had used before.
    stage().github.faults.next(way.isSent, fault(), 2);
    const written = await write();
    expect(written.result).toMatchObject(
      way === BY_API || written.result.kind === 'unknown'
        ? { kind: 'unknown', failure: { code: 'api_error', retry: { kind: 'backoff' } } }
        : { kind: 'lost_race' },
    );
    expect(written.stored).toBe(stored);
  });

  it('has an unknown outcome after no answer at all, and the deadline ends the wait', async () => {
    stage().github.faults.next(way.isSent, neverAnswersAfterApplying());
    const started = performance.now();
    const { result, stored } = await write({ budgetMs: way === BY_API ? 500 : 4_000 });
    expect(performance.now() - started).toBeLessThan(12_000);
    expect(result).toMatchObject({ kind: 'unknown', failure: { retry: { kind: 'backoff' } } });
    expect(stored).toBe(true);
  });

  it('fails for good with a read-only token, and says which permission is missing', async () => {
    const { result, stored } = await write({ token: READER });
    expect(result).toMatchObject({
      kind: 'failed',
      failure: {
        code: 'permission_denied',
        advice: expect.stringMatching(/permissions: \{ contents: write \}.*fork/) as unknown,
        retry: { kind: 'never' },
      },
    });
    expect(stored).toBe(false);
  });

  it('fails for good under a rule, and says that it is the rule', async () => {
    stage().repository.protectBranch('guarded', 'Changes must be made through a pull request.');
    const { result, stored } = await write({ stateBranch: 'guarded' });
    expect(result).toMatchObject({
      kind: 'failed',
      failure: {
        code: 'permission_denied',
        advice: expect.stringMatching(/ruleset/) as unknown,
        retry: { kind: 'never' },
      },
    });
    expect(shown(result)).not.toContain('contents: write');
    expect(stored).toBe(false);
  });
});
