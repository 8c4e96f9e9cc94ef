import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { packageRoot } from '../../support/local-github/package-root.js';

/**
 * coordinate.yml is the action as a job, so it has to offer the action's inputs and outputs, and pass on all of them, but
 * for those of a push, which needs a checkout in the same job, and those of the board and the sweep, which have workflows of their own.
 */

interface Input {
  readonly default: string | boolean;
  readonly type: string;
}

const read = (...path: string[]): unknown => parse(readFileSync(join(packageRoot(), ...path), 'utf8'));
const action = read('action.yml') as { inputs: Record<string, Input>; outputs: Record<string, unknown> };
const workflow = read('.github', 'workflows', 'coordinate.yml') as {
  on: { workflow_call: { inputs: Record<string, Input>; outputs: Record<string, { value: string }> } };
  jobs: { coordinate: { outputs: Record<string, string>; steps: { with: Record<string, string> }[] } };
};
const call = workflow.on.workflow_call;
const job = workflow.jobs.coordinate;

/** The post step of a job of its own would release before a gated job starts; the last two are the runner's matter. */
const NOT_OFFERED = [
  ...['release-on-exit', 'guard-push', 'ref', 'working-directory'],
  ...['board-dir', 'since', 'older-than', 'dry-run', 'job-status', 'github-token'],
];
const OF_OTHERS = ['published-sha', 'published-from', 'board-dir'];

test('every input is offered with the default of the action, but for on-conflict', () => {
  const expected = Object.entries(action.inputs)
    .filter(([name]) => !NOT_OFFERED.includes(name))
    .map(([name, input]) => [name, name === 'on-conflict' ? 'continue' : String(input.default)]);
  const offered = Object.entries(call.inputs)
    .filter(([name]) => name !== 'runs-on')
    .map(([name, input]) => [name, String(input.default)]);
  expect(Object.fromEntries(offered)).toEqual(Object.fromEntries(expected));
});

test('every input is passed on', () => {
  const names = Object.keys(call.inputs).filter((name) => name !== 'runs-on');
  expect(job.steps[0]?.with).toEqual({
    ...Object.fromEntries(names.map((name) => [name, `\${{ inputs.${name} }}`])),
    'github-token': '${{ secrets.token || github.token }}',
  });
});

test('every output comes across', () => {
  const names = Object.keys(action.outputs).filter((name) => !OF_OTHERS.includes(name));
  expect(job.outputs).toEqual(
    Object.fromEntries(names.map((name) => [name, `\${{ steps.coordinate.outputs.${name} }}`])),
  );
  expect(Object.fromEntries(Object.entries(call.outputs).map(([name, { value }]) => [name, value]))).toEqual(
    Object.fromEntries(names.map((name) => [name, `\${{ jobs.coordinate.outputs.${name} }}`])),
  );
});

test('takeover.yml offers the new outputs of the action under their names', () => {
  const takeover = read('.github', 'workflows', 'takeover.yml') as {
    on: { workflow_call: { inputs: Record<string, Input>; outputs: Record<string, { value: string }> } };
    jobs: { takeover: { outputs: Record<string, string> } };
  };
  const { inputs, outputs } = takeover.on.workflow_call;
  expect(Object.keys(outputs)).toEqual(Object.keys(takeover.jobs.takeover.outputs));
  expect(Object.keys(outputs).filter((name) => !(name in action.outputs))).toEqual([]);
  for (const [name, { value }] of Object.entries(outputs)) expect(value).toBe(`\${{ jobs.takeover.outputs.${name} }}`);
  expect(inputs['takeover-actors']?.default).toBe(action.inputs['takeover-actors']?.default);
});

test('takeover.yml asks a person for nothing that a caller cannot say, and knows the same commands', () => {
  const takeover = read('.github', 'workflows', 'takeover.yml') as {
    on: Record<
      string,
      { inputs: Record<string, { default?: string | boolean; options?: string[]; description: string }> }
    >;
    jobs: { takeover: { steps: { id?: string; run?: string; with?: Record<string, string> }[] } };
  };
  const { workflow_dispatch: button, workflow_call: called } = takeover.on;
  const defaults = Object.entries(button?.inputs ?? {}).map(([name, input]) => [name, input.default]);
  for (const [name, value] of defaults) expect([name, called?.inputs[String(name)]?.default]).toEqual([name, value]);
  const commands = button?.inputs['command']?.options ?? [];
  expect(commands).toEqual(['takeover', 'hold', 'release-hold', 'evict', 'signal-exit']);
  for (const command of commands) expect(called?.inputs['command']?.description).toContain(`\`${command}\``);
  const { steps } = takeover.jobs.takeover;
  expect(steps[0]?.run).toContain(`${commands.join(' | ')}) ;;`);
  const [before, act] = ['before', 'act'].map((id) => steps.find((step) => step.id === id)?.with ?? {});
  // Both look at the same, by the same name; a hold alone is detached and ends by itself.
  for (const name of ['pr', 'scope', 'run-id', 'state-branch']) expect(act?.[name]).toBe(before?.[name]);
  expect(act?.['run-id']).toContain("format('person:{0}', github.actor)");
  expect(act?.['detached']).toBe("${{ inputs.command == 'hold' }}");
  expect(act?.['expires-after']).toBe("${{ inputs.command == 'hold' && inputs.duration || '' }}");
});

test('board.yml has the defaults of the action, also where it is started without any input', () => {
  const board = read('.github', 'workflows', 'board.yml') as {
    on: { workflow_call: { inputs: Record<string, Input> } };
    jobs: { board: { 'runs-on': string; steps: { with: Record<string, string | number> }[] } };
  };
  const { inputs } = board.on.workflow_call;
  const [shown, kept] = board.jobs.board.steps.map((step) => step.with);
  for (const name of ['repo', 'since', 'state-branch', 'timeout']) {
    expect([name, inputs[name]?.default]).toEqual([name, action.inputs[name]?.default]);
    // An empty text is the default to the action.
    expect(shown?.[name]).toBe(`\${{ inputs.${name} }}`);
  }
  const orDefault = (name: string): string => {
    const value = inputs[name]?.default;
    return `\${{ inputs.${name} || ${typeof value === 'string' ? `'${value}'` : String(value)} }}`;
  };
  expect(board.jobs.board['runs-on']).toBe(orDefault('runs-on'));
  expect([kept?.['name'], kept?.['retention-days']]).toEqual([orDefault('artifact-name'), orDefault('retention-days')]);
});

test('sweep.yml has the defaults of the action, and the button only says what would go', () => {
  const sweep = read('.github', 'workflows', 'sweep.yml') as {
    on: Record<'workflow_call' | 'workflow_dispatch', { inputs: Record<string, Input> }>;
    jobs: { sweep: { steps: { with: Record<string, string> }[] } };
  };
  const { workflow_call: called, workflow_dispatch: button } = sweep.on;
  for (const name of ['repo', 'older-than', 'dry-run', 'state-branch', 'timeout']) {
    expect([name, String(called.inputs[name]?.default)]).toEqual([name, action.inputs[name]?.default]);
    expect(sweep.jobs.sweep.steps[0]?.with[name]).toBe(`\${{ inputs.${name} }}`);
  }
  expect(button.inputs['dry-run']?.default).toBe(true);
});

describe.each(['board.yml', 'sweep.yml', 'coordinate.yml', 'takeover.yml', 'release-on-close.yml'])('%s', (file) => {
  const text = readFileSync(join(packageRoot(), '.github', 'workflows', file), 'utf8');

  test('uses the action of its own commit, by a path', () => {
    const uses = [...text.matchAll(/^\s+(?:- )?uses: (\S+)/gm)].map(([, found = '']) => found);
    const ours = uses.filter((found) => !found.startsWith('actions/upload-artifact@'));
    expect(new Set(ours)).toEqual(new Set(['$/.github/actions/runner-coord']));
  });

  test('says which runner that needs, and what to do where it is older', () => {
    const [header = ''] = text.split(/^name: /m);
    const words = header.replace(/\n# ?/g, ' ');
    expect(words).toContain('github.com and runner 2.336 or newer');
    expect(words).toMatch(/GitHub Enterprise Server.* copy this file and write `uses: org\/runner-coord@v1`/);
  });
});
