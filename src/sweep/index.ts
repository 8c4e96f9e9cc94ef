export { failedSweep, reportOfSweep } from './report-sweep.js';
export { sweepRepository } from './sweep-repository.js';
