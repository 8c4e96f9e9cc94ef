import { runStep } from './action/run-step.js';

void runStep();
