import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { bareSelfReferences, shownFiles } from '../../scripts/workflow-lint/bare-self-reference.js';
import { interfacesOf, workflowFiles } from '../../scripts/workflow-lint/files.js';
import { withLocalPaths } from '../../scripts/workflow-lint/linters.js';
import { workflowInterface } from '../../scripts/workflow-lint/interfaces.js';
import { neededFor } from '../../scripts/workflow-lint/needed.js';
import { check } from '../../scripts/workflow-lint/rules.js';
import { centralCaller } from '../../scripts/workflows/central.js';
import { packageRoot } from '../../support/local-github/package-root.js';

const root = packageRoot();
const files = await workflowFiles(root);
const interfaces = interfacesOf(readFileSync(join(root, 'action.yml'), 'utf8'), files);
const messages = (text: string): string[] => check(text, interfaces).map(({ message }) => message);

interface Loose {
  readonly permissions?: unknown;
  readonly jobs: Record<
    string,
    {
      uses?: string;
      permissions?: Record<string, string>;
      steps?: { uses?: string; with?: Record<string, unknown> }[];
    }
  >;
}

/** `uses:` of the action or of one of its reusable workflows. */
const OURS = /org\/runner-coord|^\.\/|^\$\//;

/** Every way to break a workflow that our rules promise to notice, as `[what, broken text]`. */
function mutations(text: string): [string, string][] {
  const broken: [string, string][] = [];
  const without = (path: (string | number)[]): void => {
    const document = parseDocument(text);
    document.deleteIn(path);
    broken.push([`without ${path.join('.')}`, document.toString()]);
  };
  const workflow = parseDocument(text).toJS() as Loose;
  without(['permissions']);
  for (const [id, job] of Object.entries(workflow.jobs)) {
    const steps = job.steps ?? [];
    const concerned = OURS.test(job.uses ?? '') || steps.some(({ uses }) => OURS.test(uses ?? ''));
    if (!concerned) continue;
    if (job.permissions !== undefined) without(['jobs', id, 'permissions']);
    const inputs = [
      ...(OURS.test(job.uses ?? '') ? [['jobs', id, 'with']] : []),
      ...steps.flatMap(({ uses }, index) => (OURS.test(uses ?? '') ? [['jobs', id, 'steps', index, 'with']] : [])),
    ];
    for (const path of inputs) {
      const document = parseDocument(text);
      document.setIn([...path, 'no-such-input'], 'x');
      broken.push([`${path.join('.')} with an input that does not exist`, document.toString()]);
    }
  }
  for (const found of text.matchAll(/\b(?:steps|needs|jobs)\.[\w-]+\.outputs\.[\w-]+/g)) {
    const end = found.index + found[0].length;
    if (/^\s*#/.test(text.slice(text.lastIndexOf('\n', end) + 1, end))) continue;
    broken.push([`${found[0]} misspelt`, `${text.slice(0, end)}x${text.slice(end)}`]);
  }
  return broken;
}

describe.each([...files])('%s', (_path, text) => {
  test('is clean', () => {
    expect(check(text, interfaces)).toEqual([]);
  });

  test('every mutation is noticed', () => {
    const unnoticed = mutations(text).filter(([, broken]) => messages(broken).length === 0);
    expect(unnoticed.map(([what]) => what)).toEqual([]);
  });

  test('a permission that is too little is noticed where the action needs it', () => {
    const { jobs } = parseDocument(text).toJS() as Loose;
    for (const [id, job] of Object.entries(jobs)) {
      for (const step of job.steps ?? []) {
        if (!OURS.test(step.uses ?? '') || job.permissions === undefined) continue;
        for (const [name, level] of Object.entries(neededFor(step.with ?? {}))) {
          const document = parseDocument(text);
          document.setIn(['jobs', id, 'permissions', name], level === 'write' ? 'read' : 'none');
          expect(messages(document.toString())).toContain(`the job needs the permission "${name}: ${level}"`);
        }
      }
    }
  });
});

const JOB = `
permissions: {}
jobs:
  a:
    runs-on: ubuntu-latest
    permissions: { contents: write, actions: read, pull-requests: read }
    steps:
      - id: claim
        uses: org/runner-coord@v1
      - STEP
`;

test.each([
  ['run: echo', []],
  ['run: echo "${{ github.actor }}"', ['an expression in "run:"; hand it over through "env:"']],
  ['env: { A: "${{ steps.claim.outputs.owned }}" }', []],
  ['env: { A: "${{ steps.claim.outputs.ownd }}" }', ['"steps.claim.outputs.ownd": there is no such output']],
  ['env: { A: "${{ steps.clam.outputs.owned }}" }', ['"steps.clam.outputs.owned": there is no "clam" to ask here']],
  ['env: { A: "${{ needs.other.outputs.owned }}" }', ['"needs.other.outputs.owned": there is no "other" to ask here']],
  [`env: { A: "\${{ steps.claim.outputs['owned'] }}" }`, ['write "outputs.name", so that it can be checked']],
  ['uses: actions/checkout@v6', ['"actions/checkout@v6" is not pinned by a full commit']],
  [
    `uses: actions/checkout@${'a'.repeat(40)}`,
    [`"actions/checkout@${'a'.repeat(40)}" lacks the comment that says which version it is, as "# v1.2.3"`],
  ],
  ['{ uses: org/runner-coord@v1, with: { comand: claim } }', ['there is no input "comand"']],
  ['{ uses: ./, with: { comand: claim } }', ['there is no input "comand"']],
  ['{ uses: $/.github/actions/runner-coord, with: { comand: claim } }', ['there is no input "comand"']],
  ['{ uses: ./.github/actions/runner-coord, with: { comand: claim } }', ['there is no input "comand"']],
  [
    '{ uses: org/runner-coord/.github/actions/runner-coord@v1, with: { comand: claim } }',
    ['there is no input "comand"'],
  ],
  ['uses: $/.github/actions/other', ['"$/.github/actions/other" is not pinned by a full commit']],
  ['uses: $/', ['"$/" is not pinned by a full commit']],
  [
    '{ uses: $/.github/actions/runner-coord, with: { command: takeover, cancel-superseded: true } }',
    ['the job needs the permission "actions: write"'],
  ],
  [
    '{ uses: org/runner-coord@v1, with: { command: takeover, cancel-superseded: true } }',
    ['the job needs the permission "actions: write"'],
  ],
])('a step "%s"', (step, expected) => {
  expect(messages(JOB.replace('STEP', step))).toEqual(expected);
});

test.each([
  ['docs/examples/manual-takeover.yml', 'reason: ${{ inputs.reason }}', '', 'the input "reason" is required'],
  ['docs/examples/gate-jobs.yml', 'coordinate.yml@v1', 'cordinate.yml@v1', 'there is no reusable workflow'],
  [
    'docs/examples/gate-jobs.yml',
    'contents: write',
    'contents: read',
    'the job needs the permission "contents: write"',
  ],
  [
    'docs/examples/manual-takeover.yml',
    'actions: write',
    'actions: read',
    'the job needs the permission "actions: write"',
  ],
])('%s with "%s" as "%s": %s', (path, before, after, expected) => {
  const text = files.get(path) ?? '';
  expect(text).toContain(before);
  expect(messages(text.replace(before, after))).toContainEqual(expect.stringContaining(expected));
});

test.each([
  ['actions/upload-artifact', 'artifact-url', []],
  ['actions/upload-artifact', 'artifact_url', ['"steps.other.outputs.artifact_url": there is no such output']],
  ['actions/cache', 'cache-hit', []],
])('an output of %s, "%s"', (action, output, expected) => {
  const other = `{ id: other, uses: ${action}@${'a'.repeat(40)} } # v1.2.3`;
  const step = `${other}\n      - env: { A: "\${{ steps.other.outputs.${output} }}" }`;
  const found = messages(JOB.replace('STEP', () => step)).filter((message) => !message.includes('comment'));
  expect(found).toEqual(expected);
});

test('a workflow that is no YAML is a problem and not a crash', () => {
  expect(messages('a: [')).not.toEqual([]);
});

test.each([
  [{}, { contents: 'write', 'pull-requests': 'read', actions: 'read' }],
  [
    { command: 'claim', supersede: 'never' },
    { contents: 'write', 'pull-requests': 'read' },
  ],
  [{ command: 'assert' }, { contents: 'read', 'pull-requests': 'read' }],
  [
    { command: 'assert', strict: true },
    { contents: 'write', 'pull-requests': 'read' },
  ],
  [{ command: 'check' }, { contents: 'read', 'pull-requests': 'read', actions: 'read' }],
  [{ command: 'status' }, { contents: 'read', 'pull-requests': 'read' }],
  [{ command: 'board' }, { contents: 'read', 'pull-requests': 'read', actions: 'read' }],
  [{ command: 'sweep' }, { contents: 'write', 'pull-requests': 'read' }],
  [
    { command: 'release', evict: true },
    { contents: 'write', 'pull-requests': 'read' },
  ],
  [
    { command: 'takeover', 'cancel-superseded': true },
    { contents: 'write', 'pull-requests': 'read', actions: 'write' },
  ],
  [
    { command: 'release', 'pr-status': true },
    { contents: 'write', 'pull-requests': 'read', statuses: 'write' },
  ],
  [
    { command: 'release', 'pr-status': true, 'github-token': '${{ secrets.token }}' },
    { contents: 'write', 'pull-requests': 'read' },
  ],
  [
    { command: 'status', 'pr-status': true },
    { contents: 'read', 'pull-requests': 'read' },
  ],
  [{ command: '${{ inputs.command }}' }, { contents: 'write', 'pull-requests': 'read', actions: 'read' }],
])('the permissions for %j', (inputs, expected) => {
  expect(neededFor(inputs)).toEqual(expected);
});

test('the copy for actionlint names everything by local paths and moves no line', () => {
  const text = [
    'uses: $/.github/actions/runner-coord # runner 2.336',
    'uses: org/runner-coord/.github/actions/runner-coord@v1',
    'uses: $/.github/workflows/coordinate.yml',
    '- uses: org/runner-coord@v1 # the action',
    'uses: org/runner-coord/.github/workflows/coordinate.yml@v1',
    'uses: actions/checkout@v6',
  ].join('\n');
  expect(withLocalPaths(text).split('\n')).toEqual([
    'uses: ./.github/actions/runner-coord # runner 2.336',
    'uses: ./.github/actions/runner-coord',
    'uses: ./.github/workflows/coordinate.yml',
    '- uses: ./ # the action',
    'uses: ./.github/workflows/coordinate.yml',
    'uses: actions/checkout@v6',
  ]);
});

describe('a bare "$/"', () => {
  test('is nowhere in .github, the docs and README', async () => {
    const shown = await shownFiles(root);
    for (const path of [
      'README.md',
      'docs/workflows.md',
      'docs/examples/gate-jobs.yml',
      '.github/workflows/takeover.yml',
    ])
      expect([...shown.keys()]).toContain(path);
    for (const [path, text] of shown) expect([path, bareSelfReferences(text)]).toEqual([path, []]);
  });

  test.each([
    'uses: $/',
    '      - uses: $/ # this very repository',
    'with `uses: $/`, which is this very repository',
    "uses: '$/'",
    'uses: "$/"',
    'uses: $/@v1',
    'uses:  $//',
  ])('is noticed in: %s', (line) => {
    expect(bareSelfReferences(`name: a\n${line}\n`).map((problem) => problem.line)).toEqual([2]);
  });

  test.each([
    'uses: $/.github/actions/runner-coord',
    "uses: '$/.github/workflows/coordinate.yml'",
    'uses: $/path',
    '`$/` needs runner 2.336',
    '[[ $PR =~ ^a$/ ]]',
  ])('is not: %s', (line) => {
    expect(bareSelfReferences(line)).toEqual([]);
  });

  test.each(['board.yml', 'sweep.yml', 'coordinate.yml', 'takeover.yml', 'release-on-close.yml'])(
    'would be noticed in %s',
    (file) => {
      const text = files.get(join('.github', 'workflows', file)) ?? '';
      const broken = text.replace('uses: $/.github/actions/runner-coord', 'uses: $/');
      expect(broken).not.toBe(text);
      expect(bareSelfReferences(broken)).toHaveLength(1);
    },
  );
});

test('the steps that README and the docs show ask for what there is', async () => {
  const documents = [...(await shownFiles(root))].filter(([path]) => path.endsWith('.md'));
  const steps = documents.flatMap(([path, text]) =>
    [...text.matchAll(/^```yaml\n(- [\s\S]*?)^```$/gm)].map(([, shown = '']) => [path, shown] as const),
  );
  expect(steps.map(([path]) => path)).toEqual(expect.arrayContaining(['docs/workflows.md', 'docs/troubleshooting.md']));
  for (const [path, shown] of steps) {
    const text = JOB.replace('a:\n', 'a:\n    needs: coordinate\n')
      .replace('jobs:\n', `jobs:\n  coordinate:\n    ${COORDINATE}\n`)
      .replace('      - STEP\n', shown.replace(/^(?=.)/gm, '      '));
    expect([path, messages(text)]).toEqual([path, []]);
    if (!text.includes('fencing-token')) continue;
    const broken = messages(text.replace('fencing-token', 'fencing-tokn'));
    expect(broken).not.toEqual([]);
  }
});

test('the five lines that call the workflow of an organization grant what it asks for', async () => {
  const caller = await centralCaller();
  expect(caller.trimEnd().split('\n')).toHaveLength(5);
  const central = workflowInterface(files.get(join('docs', 'examples', 'central-agent.yml')) ?? '');
  if (central === null) throw new Error('central-agent.yml cannot be called');
  const known = { ...interfaces, workflows: new Map([['central-agent.yml', central]]) };
  const called = caller.replace(/uses: acme\/automation\/(\S+)@v1/, 'uses: ./$1');
  expect(called).not.toBe(caller);
  expect(check(called, known)).toEqual([]);
  expect(check(called.replace('contents: write', 'contents: read'), known)).not.toEqual([]);
});

const COORDINATE =
  '{ permissions: { contents: write, actions: read, pull-requests: read }, uses: $/.github/workflows/coordinate.yml }';
