import { setOutput } from '@actions/core';
import { OUTPUT_NAMES, type Outputs } from '../report/outputs.js';

export function writeOutputs(outputs: Outputs): void {
  for (const name of OUTPUT_NAMES) setOutput(name, outputs[name]);
}
