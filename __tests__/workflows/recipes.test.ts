import { describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { parse } from 'yaml';
import { workflowFiles } from '../../scripts/workflow-lint/files.js';
import { packageRoot } from '../../support/local-github/package-root.js';

/** What every recipe has to do so that a re-run, a fork or a neighbour cannot make it wrong. */

interface Job {
  readonly if?: string;
  readonly needs?: string | readonly string[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly steps?: readonly Step[];
}

interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string | boolean>>;
}

const files = await workflowFiles(packageRoot());
const examples = [...files].filter(([path]) => path.startsWith(join('docs', 'examples')));
const GATE = /needs\.([\w-]+)\.outputs\.owned == 'true'/;

const jobs = examples.flatMap(([path, text]) =>
  Object.entries((parse(text) as { jobs: Record<string, Job> }).jobs).map(([id, job]) => ({ path, id, job, text })),
);
const gated = jobs.filter(({ job }) => GATE.test(job.if ?? '') && job.steps !== undefined);
const releasing = jobs.filter(({ job }) => job.uses !== undefined && job.with?.['command'] === 'release');

test('the recipes with gated jobs are those that are known', () => {
  const expected = ['fork-pull-request.yml', 'gate-jobs.yml', 'manual-takeover.yml'];
  for (const found of [gated, releasing])
    expect(found.map(({ path }) => path.replace(/^.*[\\/]/, '')).sort()).toEqual(expected);
});

describe.each(gated.map(({ path, id, job, text }) => [`${path}, job ${id}`, job, text] as const))(
  '%s',
  (_name, job, text) => {
    const claim = GATE.exec(job.if ?? '')?.[1] ?? '';
    const steps = job.steps ?? [];
    const [first] = steps;

    test('begins with ensure and the token of the claim', () => {
      expect(first?.uses).toBe('org/runner-coord@v1');
      expect(first?.id).toBe('ours');
      expect(first?.with).toEqual({
        command: 'ensure',
        pr: `\${{ needs.${claim}.outputs.pr }}`,
        'fencing-token': `\${{ needs.${claim}.outputs.fencing-token }}`,
      });
    });

    test('goes on with what that step answered, not with what the claim did', () => {
      for (const step of steps.slice(1)) expect(JSON.stringify(step)).not.toContain(`needs.${claim}.outputs`);
    });

    test('asserts and publishes in the tenure of that step', () => {
      const asserts = steps.filter((step) => ['assert', 'push'].includes(String(step.with?.['command'])));
      for (const step of asserts) expect(step.with?.['fencing-token']).toBe('${{ steps.ours.outputs.fencing-token }}');
    });

    test('does not run the code of a fork with a token that may write', () => {
      const runsTheHead = steps.some((step) => String(step.with?.['ref'] ?? '').includes('head-sha'));
      const events = Object.keys((parse(text) as { on: object }).on);
      const mayWrite = events.some((event) => event !== 'pull_request');
      if (runsTheHead && mayWrite) expect(job.if).toContain(`needs.${claim}.outputs.is-fork == 'false'`);
    });

    test('does not release under its neighbours', () => {
      for (const step of steps) expect(step.with ?? {}).not.toHaveProperty('release-on-exit');
    });
  },
);

test.each(releasing.map(({ path, id, job }) => [`${path}, job ${id}`, job] as const))(
  '%s releases last, whatever happened, by the token of the claim',
  (_name, job) => {
    const claim = GATE.exec(job.if ?? '')?.[1] ?? '';
    expect(job.if).toBe(`always() && needs.${claim}.outputs.owned == 'true'`);
    expect(job.needs).toContain(claim);
    expect(job.with?.['fencing-token']).toBe(`\${{ needs.${claim}.outputs.fencing-token }}`);
  },
);

test('where pushes are guarded: the checkout comes before, and who asks or pushes later has a token for it', () => {
  const guarded = jobs.filter(({ job }) => job.steps?.some((step) => step.with?.['guard-push'] === true));
  expect(guarded.map(({ path }) => path)).toEqual([join('docs', 'examples', 'long-agent.yml')]);
  for (const { job } of guarded) {
    const steps = job.steps ?? [];
    const claim = steps.findIndex((step) => step.with?.['guard-push'] === true);
    expect(steps.slice(0, claim).map(({ uses = '' }) => uses.replace(/@.*$/, ''))).toContain('actions/checkout');
    const asking = steps.slice(claim).filter(({ run = '' }) => /\brunner-coord (?:exec|push)\b|\bgit push\b/.test(run));
    expect(asking.map(({ env }) => env?.['GH_TOKEN'])).toEqual(['${{ github.token }}', '${{ github.token }}']);
  }
});

test('no example hands a script what somebody else may have written into a record', () => {
  for (const { path, job } of jobs) {
    for (const { env = {} } of job.steps ?? []) {
      const foreign = Object.values(env).filter((value) =>
        /\.outputs\.(?!(?:pr|head-sha|head-ref|published-sha|published-from|board-dir|artifact-url|troubled) )/.test(
          value,
        ),
      );
      expect([path, foreign]).toEqual([path, []]);
    }
  }
});

describe('who waits', () => {
  const minutes = (text: string): number => Number(/^(\d+)m$/.exec(text)?.[1] ?? Number.NaN);
  const waiting = jobs.flatMap(({ path, id, job }) =>
    (job.steps ?? [])
      .filter((step) => step.with?.['wait-timeout'] !== undefined)
      .map((step) => [`${path}, job ${id}`, job, step] as const),
  );

  test('is in these recipes', () => {
    const names = waiting.map(([name]) => name.replace(/^.*[\\/]/, '')).sort();
    expect(names).toEqual([
      'matrix-owner.yml, job agent',
      'preview.yml, job deploy',
      'preview.yml, job teardown',
      'wait-in-line.yml, job polish',
    ]);
  });

  test.each(waiting)(
    '%s: has room for the work, can see who is gone, and releases what it was given',
    (_, job, step) => {
      expect(job['timeout-minutes']).toBeGreaterThan(minutes(String(step.with?.['wait-timeout'])));
      expect(job.permissions).toHaveProperty('actions', 'read');
      expect(step.with?.['release-on-exit']).toBe(true);
    },
  );

  test('a teardown follows deploys of the same scope, and only it claims what is closed', () => {
    const claims = waiting.filter(([name]) => name.includes('preview.yml')).map(([, , step]) => step.with ?? {});
    expect(claims.map(({ scope }) => scope)).toEqual(['preview', 'preview']);
    expect(claims.map((given) => given['require-open'])).toEqual([undefined, false]);
  });
});

describe('who acts for a person', () => {
  const acting = jobs.flatMap(({ path, job, text }) =>
    (job.steps ?? [])
      .filter((step) => String(step.with?.['run-id'] ?? '').includes('person:'))
      .map((step) => [path, step, text] as const),
  );

  test('is the actor, whatever somebody has written', () => {
    expect(acting).toHaveLength(2);
    for (const [path, step] of acting) {
      expect(path).toContain('hold-by-comment.yml');
      expect(step.with?.['run-id']).toBe('person:${{ github.actor }}');
    }
  });

  test('asks for permission by the action, and reads the comment from a variable alone', () => {
    const [, , text = ''] = acting[0] ?? [];
    const { jobs: of } = parse(text) as { jobs: Record<string, Job> };
    expect(JSON.stringify(of)).not.toContain('author_association');
    const bodies = (of['hold']?.steps ?? []).flatMap((step) =>
      JSON.stringify(step).includes('comment.body') ? [Object.keys(step.env ?? {}), step.run, step.with] : [],
    );
    expect(bodies).toEqual([['COMMENT'], expect.not.stringContaining('${{'), undefined]);
  });
});

test('where something is published: the branch itself is checked out, and forks are left out', () => {
  const publishes = ({ with: inputs, run = '' }: Step): boolean =>
    inputs?.['command'] === 'push' || /\brunner-coord push\b/.test(run);
  const publishing = jobs.filter(({ job }) => job.steps?.some(publishes));
  const expected = ['long-agent.yml', 'manual-takeover.yml', 'publish.yml'];
  expect(publishing.map(({ path }) => path.replace(/^.*[\\/]/, ''))).toEqual(expected);
  for (const { job } of publishing) {
    const [checkout] = (job.steps ?? []).filter(({ uses = '' }) => uses.startsWith('actions/checkout@'));
    expect(checkout?.with?.['ref']).toMatch(/head-sha|head\.ref/);
    expect(job.if).toMatch(/head\.repo\.full_name == github\.repository|outputs\.is-fork == 'false'/);
    expect(job.permissions).toHaveProperty('contents', 'write');
  }
});
