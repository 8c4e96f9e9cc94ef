import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { withoutSelfReference } from '../../scripts/workflows/product.js';
import { rerunOf, withPauseBefore } from '../../scripts/workflows/rerun.js';

/** What the workflow tests do to a workflow before act gets it. */

test('a copy for act names the action and the workflows as a caller of v1 does, and leaves a bare "$/" to fail', () => {
  const text = [
    'uses: $/.github/actions/runner-coord # runner 2.336',
    '- uses: ./',
    'uses: ./.github/workflows/coordinate.yml',
    'uses: $/',
    'uses: ./other',
  ].join('\n');
  expect(withoutSelfReference(text).split('\n')).toEqual([
    'uses: org/runner-coord/.github/actions/runner-coord@v1 # runner 2.336',
    '- uses: org/runner-coord@v1',
    'uses: org/runner-coord/.github/workflows/coordinate.yml@v1',
    'uses: $/',
    'uses: ./other',
  ]);
});

const WORKFLOW = `on: push
jobs:
  claim:
    if: github.actor == 'x'
    uses: org/runner-coord/.github/workflows/coordinate.yml@v1
  work:
    needs: claim
    runs-on: ubuntu-latest
    steps:
      - name: \${{ inputs.command }}
        run: echo "\${{ needs.claim.outputs.owned }}"
`;

test('a re-run has the outputs of the attempt before, and asks nobody', () => {
  const again = parse(rerunOf(WORKFLOW, { claim: { owned: 'true', 'fencing-token': '1', result: '{}' } })) as {
    jobs: Record<string, object>;
  };
  expect(again.jobs['claim']).toEqual({
    'runs-on': 'ubuntu-latest',
    outputs: { owned: 'true', 'fencing-token': '1' },
    steps: [{ name: 'As it was', run: 'true' }],
  });
  expect(again.jobs['work']).toEqual((parse(WORKFLOW) as { jobs: Record<string, object> }).jobs['work']);
  expect(() => rerunOf(WORKFLOW, { clam: {} })).toThrow('"clam"');
});

test('a pause goes before a step', () => {
  const { jobs } = parse(withPauseBefore(WORKFLOW, '${{ inputs.command }}')) as {
    jobs: { work: { steps: { name: string }[] } };
  };
  expect(jobs.work.steps.map(({ name }) => name)).toEqual(['Meanwhile', '${{ inputs.command }}']);
  expect(() => withPauseBefore(WORKFLOW, 'inputs')).toThrow('"inputs"');
});
