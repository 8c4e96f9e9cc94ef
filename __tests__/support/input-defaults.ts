import { INPUT_NAMES, INPUTS, type InputName } from '../../src/inputs/registry.js';

/** What each input is where nothing is set. */
export const INPUT_DEFAULTS = Object.fromEntries(INPUT_NAMES.map((name) => [name, INPUTS[name].default])) as Readonly<
  Record<InputName, string>
>;
