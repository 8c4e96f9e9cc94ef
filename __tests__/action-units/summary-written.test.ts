import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { writeSummary } from '../../src/action/summary.js';
import type { Report } from '../../src/report/report.js';
import { free } from '../core/samples.js';
import { owned, refusal, request, well } from './summary-samples.js';

const before = { ...process.env };
const status = well('status', owned(), request('status'));
const refused = refusal('ownership_missing', free(), request('assert'));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'summary-'));
  process.env['GITHUB_STEP_SUMMARY'] = join(folder, 'summary.md');
});

afterEach(() => {
  process.env = { ...before };
  rmSync(folder, { recursive: true });
});

async function written(report: Report): Promise<string> {
  const path = join(folder, 'summary.md');
  const warnings: string[] = [];
  await writeSummary(report, (warning) => warnings.push(warning));
  expect(warnings).toEqual([]);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

test('is written where the runner has a place for it', async () => {
  expect(await written(status)).toMatch(/^### .* owns /);
});

test('is written of failures alone where somebody wants that', async () => {
  process.env['RUNNER_COORD_SUMMARY'] = 'failures';
  expect(await written(status)).toBe('');
  expect(await written(refused)).toMatch(/^### 🟡 Nobody owns /);
});

test('is not written, and nothing is said of it, where the runner has no place for it', async () => {
  delete process.env['GITHUB_STEP_SUMMARY'];
  expect(await written(status)).toBe('');
});

test('that cannot be written is a warning', async () => {
  process.env['GITHUB_STEP_SUMMARY'] = folder;
  const warnings: string[] = [];
  await writeSummary(status, (warning) => warnings.push(warning));
  expect(warnings).toEqual([expect.stringMatching(/^The step summary could not be written: /)]);
});
