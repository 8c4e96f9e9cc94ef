import { availableParallelism } from 'node:os';
import { OUTSIDE, PACKAGES } from './support/jest/outside.js';

/** What all tests have in common. */
const common = {
  testEnvironment: '<rootDir>/support/jest/environment.js',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transformIgnorePatterns: [`/node_modules/(?!(?:${PACKAGES.join('|')})/)`],
  transform: {
    [OUTSIDE]: '<rootDir>/support/jest/from-outside.js',
    [`/node_modules/(?:${PACKAGES.join('|')})/`]: '<rootDir>/support/jest/from-outside.js',
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/build/', '<rootDir>/dist/'],
};

/** Every interleaving, tens of thousands of times: coverage would make these take several times as long. */
const EXPLORING = '<rootDir>/__tests__/(schedules|model|queue-model)/';

/** @type {import('jest').Config} */
export default {
  projects: [
    {
      ...common,
      displayName: 'covered',
      testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', EXPLORING],
    },
    {
      ...common,
      displayName: 'explored',
      testMatch: ['<rootDir>/__tests__/{schedules,model,queue-model}/**/*.test.ts'],
      coveragePathIgnorePatterns: ['/'],
    },
  ],
  globalSetup: '<rootDir>/support/jest/set-up.ts',
  globalTeardown: '<rootDir>/support/jest/tear-down.ts',
  testSequencer: '<rootDir>/support/jest/longest-first.js',
  // Many tests wait, for child processes or for time to pass; jest would leave cores idle.
  maxWorkers: availableParallelism() + 1,
  // Every file leaves some of its modules behind. The more memory a worker has, the longer it takes to start a process:
  // above two gigabytes, which it came to, as long as the process itself.
  workerIdleMemoryLimit: '300MB',
  testTimeout: 60_000,
  collectCoverageFrom: ['src/**/*.ts'],
  // Whoever wants a page for every source file says `--coverageReporters=html`.
  coverageReporters: ['text', 'lcovonly'],
  coverageThreshold: {
    global: { lines: 95, statements: 95 },
    './src/core/': { lines: 100, branches: 100, functions: 100, statements: 100 },
  },
};
