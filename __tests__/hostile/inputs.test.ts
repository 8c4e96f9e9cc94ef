import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { holderOf, readEnvironment } from '../../src/environment/environment.js';
import { readBranch } from '../../src/inputs/values.js';
import { readInputs } from '../../src/action/read-inputs.js';
import type { Inputs } from '../../src/inputs/inputs.js';
import type { InputName } from '../../src/inputs/registry.js';
import { INPUT_DEFAULTS } from '../support/input-defaults.js';
import { outputsOf } from '../../src/report/outputs.js';
import { reportOf } from '../../src/report/report.js';
import { atLength } from '../../src/action/summary/at-length.js';
import type { Failure } from '../../src/core/outcome.js';
import { readRecord } from '../../src/core/read-record.js';
import { writeRecord } from '../../src/core/write-record.js';
import { active, NOW, owned, TARGET } from '../core/samples.js';
import { hostileText, insist, insistPlain, insistPrototypesUntouched } from './arbitraries.js';

const TOKEN = 'ghs_secret0123456789abcdef';
const NAMES = Object.keys(INPUT_DEFAULTS) as InputName[];

let before: NodeJS.ProcessEnv;

beforeEach(() => {
  before = { ...process.env };
});

afterEach(() => {
  process.env = before;
  insistPrototypesUntouched();
});

/** An environment variable ends at a NUL, and holds no half surrogate pair. */
const carried = (text: string): string => Buffer.from(text.replaceAll('\0', ''), 'utf8').toString('utf8');

function give(inputs: Partial<Record<InputName, string>>): void {
  for (const name of NAMES) {
    const variable = `INPUT_${name.toUpperCase()}`;
    const text = name === 'github-token' ? (inputs[name] ?? TOKEN) : inputs[name];
    if (text === undefined) delete process.env[variable];
    else process.env[variable] = carried(text);
  }
}

/** One clear error: a stable code, plain words, nothing owned, no token anywhere. */
function insistClear(failure: Failure, secret: string): void {
  insist(failure.code === 'invalid_input' && failure.advice !== '', 'another code', failure);
  const outcome = { kind: 'error', mayHaveWritten: false, failure } as const;
  const report = reportOf({ outcome, onConflict: 'continue', now: NOW, serverUrl: 'https://github.com' });
  const outputs = outputsOf(report);
  insistPlain(report.message.text, 4_000);
  insistPlain(outputs.message, 8_001);
  insist(outputs.owned === 'false' && outputs.error === 'invalid_input' && report.verdict.fails, 'passes', outputs);
  const everything = JSON.stringify([outputs, atLength(report)]);
  insist(!everything.includes(secret), 'the token', everything);
}

function insistSound(inputs: Inputs): void {
  const { 'fencing-token': fencingToken, 'stale-after': staleAfterMs, timeout: timeoutMs } = inputs;
  const { 'run-id': runId, 'target-run-id': targetRunId, 'wait-timeout': waitTimeoutMs } = inputs;
  const durations = [staleAfterMs, waitTimeoutMs, timeoutMs];
  insist(
    durations.every((ms) => Number.isSafeInteger(ms) && ms >= 0 && ms <= 366 * 86_400_000),
    'durations',
    inputs,
  );
  insist(timeoutMs > 0 && staleAfterMs > 0, 'no time', inputs);
  insist(fencingToken === null || (Number.isSafeInteger(fencingToken) && fencingToken > 0), 'token', inputs);
  for (const id of [runId, targetRunId]) {
    insist(id === null || (id.trim() === id && id !== '' && id.length <= 200), 'run id', id);
    if (id !== null) insist(!/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(id), 'unprintable', id);
  }
  insist(
    inputs['takeover-actors'].every((login) => /^[\w-]+(?:\[bot\])?$/.test(login)),
    'logins',
    inputs,
  );
  insist(/^[\x21-\x7e]+$/.test(inputs['github-token']), 'a token that is no header', null);
}

describe('inputs', () => {
  it('of any text are sound, or one clear error that names them all', () => {
    const names = NAMES.filter((name) => name !== 'github-token');
    const some = fc.dictionary(fc.constantFrom(...names), hostileText, {
      minKeys: 1,
      maxKeys: 6,
      noNullPrototype: true,
    });
    let refused = 0;
    fc.assert(
      fc.property(some, (inputs) => {
        give(inputs);
        const answer = readInputs('https://github.com');
        if (answer.ok) return insistSound(answer.inputs);
        refused += 1;
        insistClear(answer.failure, TOKEN);
        insist(['fail', 'continue'].includes(answer.onConflict), 'on-conflict', answer);
      }),
      { numRuns: 1_500 },
    );
    expect(refused).toBeGreaterThan(500);
  });

  it.each(NAMES.filter((name) => !['repo', 'pr', 'reason', 'job-status'].includes(name)))(
    'a wrong %s is named, and its value shown unless it is the token',
    (name) => {
      for (const wrong of [
        '\u202ewrong\u001b[31m',
        '::error::x',
        'a b\nc',
        '__proto__',
        'constructor',
        '-1',
        '1e400',
        '９',
      ]) {
        give({ [name]: wrong });
        const answer = readInputs('https://github.com');
        if (answer.ok) continue;
        insist(answer.failure.problem.includes(`"${name}"`), 'not named', answer.failure);
        insistClear(answer.failure, TOKEN);
        insist(name !== 'github-token' || !answer.failure.problem.includes('wrong'), 'shown', answer.failure);
      }
    },
  );

  it('a token that is none is never shown', () => {
    const bad = hostileText.map((text) => `ghs_\n${text} x`);
    fc.assert(
      fc.property(bad, (token) => {
        give({ 'github-token': token, timeout: 'never' });
        const answer = readInputs('https://github.com');
        if (answer.ok) throw new Error('accepted');
        insistClear(answer.failure, (process.env['INPUT_GITHUB-TOKEN'] ?? '').trim());
      }),
    );
  });

  it.each(['true', 'TRUE', 'True', 'false', 'FALSE'])('a boolean may be %s', (text) => {
    give({ evict: text });
    expect(readInputs('https://github.com')).toMatchObject({
      ok: true,
      inputs: { evict: text.toLowerCase() === 'true' },
    });
  });

  it.each(['yes', '1', 'tru', 'on', '\u0442rue', 'ｔrue', 'true;'])('a boolean may not be %s', (text) => {
    give({ evict: text });
    expect(readInputs('https://github.com').ok).toBe(false);
  });

  it.each(['0', '-1', '1.5', '9007199254740992', '1e3', '0x10', '١', '+1', ' 1 1'])(
    'a fencing token may not be %s',
    (text) => {
      give({ 'fencing-token': text });
      expect(readInputs('https://github.com').ok).toBe(false);
    },
  );

  it.each(['1e3s', '-5m', '5', '1m1h', '999999999d', '٣m', 'P', 'PT', '1.5h', 'Infinity', '25h'])(
    'a wait may not be %s',
    (text) => {
      give({ 'wait-timeout': text });
      expect(readInputs('https://github.com').ok).toBe(false);
    },
  );
});

describe('a state branch', () => {
  const name = fc.string({
    unit: fc.constantFrom(...'abAB12-_/./.@{}~^:?*[]\\ \u00e9\ud83e\udd8a\u202e\n'),
    minLength: 1,
    maxLength: 12,
  });

  it('that is accepted is one for git as well', () => {
    const accepted = fc
      .sample(fc.oneof(name, hostileText), { numRuns: 3_000, seed: 5 })
      .filter((text) => text !== '' && readBranch(text).ok);
    expect(accepted.length).toBeGreaterThan(100);
    for (const text of accepted.slice(0, 150)) {
      expect(() => execFileSync('git', ['check-ref-format', `refs/heads/${text}`])).not.toThrow();
    }
  });
});

describe('variables of the runner', () => {
  const VARIABLES = [
    ...[
      'GITHUB_RUN_ID',
      'GITHUB_RUN_ATTEMPT',
      'GITHUB_API_URL',
      'GITHUB_GRAPHQL_URL',
      'GITHUB_SERVER_URL',
      'GITHUB_ACTOR',
    ],
    ...[
      'GITHUB_TRIGGERING_ACTOR',
      'GITHUB_REPOSITORY_ID',
      'GITHUB_WORKFLOW',
      'GITHUB_JOB',
      'PI_SUBAGENT_RUN_ID',
      'GITHUB_EVENT_NAME',
      'GITHUB_REPOSITORY',
      'GITHUB_REF',
    ],
  ];

  it('of any text are sound, or one clear error', () => {
    const some = fc.dictionary(fc.constantFrom(...VARIABLES), hostileText, { minKeys: 1, noNullPrototype: true });
    fc.assert(
      fc.property(some, (variables) => {
        const answer = readEnvironment(variables);
        if (!answer.ok) return insistClear(answer.failure, TOKEN);
        const { workflowRunId, attempt, apiUrl, graphqlUrl, repositoryId } = answer.environment;
        // It may be stored as it is.
        const holder = holderOf(answer.environment);
        const stored = writeRecord(owned({ activeRun: active({ holder }) }));
        insist(readRecord(stored, TARGET).kind === 'record', 'no record', holder);
        insist(
          [workflowRunId ?? 1, repositoryId ?? 1, attempt].every((id) => Number.isSafeInteger(id) && id > 0),
          'ids',
          answer,
        );
        insist(
          [apiUrl, graphqlUrl].every((url) => URL.canParse(url)),
          'addresses',
          answer,
        );
      }),
      { numRuns: 1_000 },
    );
  });
});
