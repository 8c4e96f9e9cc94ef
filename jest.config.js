/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
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
  // Most of the time goes into child processes of the action; jest would leave a core idle.
  maxWorkers: '100%',
  testTimeout: 60_000,
  collectCoverageFrom: ['src/**/*.ts'],
  coverageThreshold: {
    global: { lines: 95, statements: 95 },
    './src/core/': { lines: 100, branches: 100, functions: 100, statements: 100 },
  },
};
