import { describe, expect, it } from '@jest/globals';
import { answers, isRest, type CollaboratorPermission } from '../../support/local-github/index.js';
import { budgetFor, lineOf, PLENTY, silences, withQuestions } from './asking.js';
import { TARGET, within, type StoreChoice } from './stage.js';

const PERMISSION = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission';

const stage = withQuestions();

async function may(options: StoreChoice = {}, budgetMs = PLENTY): Promise<string> {
  return lineOf(await (await stage().store(options)).takeoverPermission(TARGET, within(budgetMs)));
}

describe('whether an actor may take over', () => {
  const roles: CollaboratorPermission[] = ['none', 'read', 'triage', 'write', 'maintain', 'admin'];
  const required = ['write', 'maintain', 'admin'] as const;
  it.each(roles.flatMap((role) => required.map((need) => [role, need] as const)))(
    'somebody with %s where %s is asked for',
    async (role, requiredPermission) => {
      stage().repository.setCollaborator('mona', role);
      const enough = roles.indexOf(role) >= roles.indexOf(requiredPermission);
      const said = await may({ actors: ['mona'], requiredPermission });
      if (enough) expect(said).toBe('granted');
      else
        expect(said).toMatch(
          new RegExp(`^denied: mona has .*acme/widgets.*"takeover-permission".*"${requiredPermission}"`),
        );
      expect(stage().asked()).toEqual([PERMISSION]);
    },
  );

  it('a custom role counts as the permission that it is reported with', async () => {
    const custom = answers({ status: 200, body: { permission: 'write', role_name: 'bot' } });
    stage().github.faults.next(isRest(PERMISSION), custom, 2);
    expect(await may()).toBe('granted');
    expect(await may({ requiredPermission: 'maintain' })).toMatch(/^denied: octocat has/);
  });

  it('strangers and nobody may not', async () => {
    expect(await may({ actors: ['stranger'] })).toMatch(/^denied: stranger has the permission "(?:none|read)"/);
    stage().asked();
    expect(await may({ actors: [] })).toMatch(/^denied: .*nobody is named/);
    expect(stage().asked()).toEqual([]);
  });

  it('a name made for another path asks about that very name', async () => {
    expect(await may({ actors: ['../../../users/admin'] })).toMatch(/^denied/);
    expect(stage().github.requests.at(-1)?.path).toContain('/collaborators/..%2F..%2F..%2Fusers%2Fadmin/permission');
  });

  it.each(silences)('is refused after %s, with the reason', async (_name, fault) => {
    stage().github.faults.next(isRest(PERMISSION), fault);
    expect(await may({}, budgetFor(fault))).toMatch(/^denied: .*could not be checked/);
  });
});

// O13: GitHub gives a re-run the privileges of whoever started the run first.
describe('the actor and the triggering actor of a re-run', () => {
  it('are both asked', async () => {
    stage().repository.setCollaborator('mona', 'write');
    stage().repository.setCollaborator('guest', 'read');
    expect(await may({ actors: ['octocat', 'mona'] })).toBe('granted');
    expect(stage().asked()).toEqual([PERMISSION, PERMISSION]);
    expect(await may({ actors: ['guest', 'mona'] })).toMatch(/^denied: guest has/);
    expect(stage().asked()).toEqual([PERMISSION]);
    expect(await may({ actors: ['mona', 'guest'] })).toMatch(/^denied: guest has/);
  });

  it('are asked once where they are the same', async () => {
    expect(await may({ actors: ['octocat', 'OctoCat'] })).toBe('granted');
    expect(stage().asked()).toEqual([PERMISSION]);
  });

  it('need the input only for whom it names', async () => {
    const allowedActors = ['robot[bot]'];
    expect(await may({ actors: ['robot[bot]', 'octocat'], allowedActors })).toBe('granted');
    expect(stage().asked()).toEqual([PERMISSION]);
    expect(await may({ actors: ['robot[bot]', 'stranger'], allowedActors })).toMatch(/^denied: stranger/);
  });
});

// O16
describe('bots and Apps', () => {
  it.each(['Copilot', 'dependabot[bot]'])('%s has no permission, and learns of "takeover-actors"', async (actor) => {
    expect(await may({ actors: [actor] })).toMatch(
      new RegExp(`^denied: .*no permission of ${actor.replace(/[[\]]/g, '\\$&')}.*"takeover-actors"`),
    );
  });

  it('are let by name in any case, and then nobody is asked', async () => {
    expect(await may({ actors: ['Copilot'], allowedActors: ['mona', 'COPILOT'] })).toBe('granted');
    expect(
      await may({ actors: ['dependabot[bot]'], allowedActors: ['Dependabot[bot]'], requiredPermission: 'admin' }),
    ).toBe('granted');
    expect(stage().asked()).toEqual([]);
    expect(await may({ actors: ['Copilot'], allowedActors: ['Copilot2', 'opilot'] })).toMatch(/^denied/);
  });
});
