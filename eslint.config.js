import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** The core decides purely: what speaks to the runner, to GitHub or to the clock stays outside of it. */
const pureCore = {
  files: ['src/core/**/*.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          { group: ['@actions/*', '@octokit/*', 'node:*'], message: 'src/core is pure: pass facts in instead.' },
          { group: ['../action/*', '../store/*', '../target/*'], message: 'src/core depends on nothing but itself.' },
        ],
      },
    ],
    'no-restricted-globals': ['error', 'process', 'setTimeout', 'setInterval', 'fetch', 'crypto', 'performance'],
    'no-restricted-syntax': [
      'error',
      { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'No clock in src/core.' },
      { selector: "MemberExpression[object.name='Date'][property.name='now']", message: 'No clock in src/core.' },
      { selector: "MemberExpression[object.name='Math'][property.name='random']", message: 'No chance in src/core.' },
    ],
  },
};

/** Workers load these once, outside of the sandboxes of tests: what they import of src would be there twice, once uncovered. */
const loadedOutside = {
  files: ['support/{local-github,local-cache,runner,tls}/**/*.ts', 'support/{records,runner,world}.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      { patterns: [{ group: ['**/src/**'], message: 'support/jest/outside.js says why.' }] },
    ],
  },
};

export default tseslint.config(
  { ignores: ['dist/', 'build/', 'coverage/', 'node_modules/'] },
  js.configs.recommended,
  { files: ['**/*.ts'], extends: [...tseslint.configs.recommendedTypeChecked] },
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  { files: ['*.js'], languageOptions: { globals: { process: 'readonly' } } },
  pureCore,
  loadedOutside,
);
