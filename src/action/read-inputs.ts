import { getInput } from '@actions/core';
import { ON_CONFLICT, type OnConflict } from '../core/code-table.js';
import type { Failure } from '../core/outcome.js';
import { parseInputs, type Inputs } from '../inputs/inputs.js';
import { INPUT_NAMES, INPUTS } from '../inputs/registry.js';
import { readChoice } from '../inputs/values.js';

export type StepInputs =
  | { readonly ok: true; readonly inputs: Inputs }
  | { readonly ok: false; readonly failure: Failure; readonly onConflict: OnConflict };

/** The inputs of this step, as the runner hands them over. */
export function readInputs(serverUrl: string): StepInputs {
  const texts = Object.fromEntries(INPUT_NAMES.map((name) => [name, getInput(name)]));
  const read = parseInputs(texts, serverUrl);
  if (read.ok) return read;
  const failure: Failure = {
    code: 'invalid_input',
    problem: `The input ${read.wrong.map(({ name, problem }) => `"${name}" ${problem}`).join('; the input ')}`,
    advice: 'Correct it under "with:" of this step.',
  };
  const onConflict = readChoice(ON_CONFLICT)(texts['on-conflict'] || INPUTS['on-conflict'].default);
  return { ok: false, failure, onConflict: onConflict.ok ? onConflict.value : 'fail' };
}
