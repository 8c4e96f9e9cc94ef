import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { plain } from '../core/text.js';
import { noted, type Note, type Order } from './entries.js';
import { distrust, ensureOwnFolder, reasonOf, replaceFile, stepFolder, type Failed } from './own-folder.js';
import { StepFileSchema, type StepFile, type Surroundings } from './schema.js';

export { entryFor, type Note, type Order, type WantedEntry } from './entries.js';
export type { Entry, StepFile, Surroundings } from './schema.js';

/**
 * The file in which a step leaves identity, target and tenure for later steps of its job. Steps that run in the
 * background at the same time may lose a note of one another, but never leave half of a file.
 */

const FILE_MODE = 0o600;

export type StepFileAnswer =
  | { readonly kind: 'file'; readonly file: StepFile }
  /** No step of this job left one. */
  | { readonly kind: 'none' }
  | { readonly kind: 'unreadable'; readonly problem: string; readonly path: string };

/** What the steps before left. A file that somebody else may have laid there is unreadable. */
export function readStepFile(runnerTemp: string): StepFileAnswer {
  const folder = stepFolder(runnerTemp);
  const path = pathOf(runnerTemp);
  const unreadable = (problem: string): StepFileAnswer => ({ kind: 'unreadable', problem, path });
  try {
    const around = lstatSync(folder, { throwIfNoEntry: false });
    if (around === undefined) return { kind: 'none' };
    const stranger = distrust(folder, around, 'folder');
    if (stranger !== null) return unreadable(stranger);
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) return { kind: 'none' };
    const strange = distrust(path, found, 'file');
    if (strange !== null) return unreadable(strange);
    const json = parsed(readFileSync(path, 'utf8'));
    if (!json.ok) return unreadable('it holds no JSON, so runner-coord did not write it');
    const read = v.safeParse(StepFileSchema, json.value, { abortEarly: true });
    return read.success ? { kind: 'file', file: read.output } : unreadable(wrongIn(read.issues));
  } catch (error) {
    return unreadable(reasonOf(error));
  }
}

/**
 * Notes what a step found out, beside what earlier steps of this job noted. A file that cannot be read is replaced.
 *
 * @param note `null`: only where the job is at work.
 */
export function noteStep(
  runnerTemp: string,
  surroundings: Surroundings,
  note: Note | null,
  order: Order = 'first',
): { readonly kind: 'written' } | Failed {
  const folder = ensureOwnFolder(stepFolder(runnerTemp));
  if (folder.kind === 'failed') return folder;
  const before = readStepFile(runnerTemp);
  const file = noted(before.kind === 'file' ? before.file : null, surroundings, note, order);
  // What could not be read again is not written: it would take from later steps what the file holds now.
  const checked = v.safeParse(StepFileSchema, file, { abortEarly: true });
  if (!checked.success) {
    const problem = `this step cannot be noted in ${pathOf(runnerTemp)}: ${wrongIn(checked.issues)}`;
    return { kind: 'failed', problem, cause: null };
  }
  if (before.kind === 'file' && JSON.stringify(before.file) === JSON.stringify(checked.output))
    return { kind: 'written' };
  return replaceFile(pathOf(runnerTemp), `${JSON.stringify(checked.output)}\n`, FILE_MODE);
}

/** The words of the parser would quote the text. */
function parsed(text: string): { readonly ok: true; readonly value: unknown } | { readonly ok: false } {
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch {
    return { ok: false };
  }
}

function pathOf(runnerTemp: string): string {
  return join(stepFolder(runnerTemp), 'job.json');
}

/** The place only: the value may be what should not be shown. */
function wrongIn([issue]: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  const place = issue.path?.map(({ key }) => String(key)).join('.') ?? '';
  return `${place === '' ? 'the whole' : `"${plain(place)}"`} is not what version 1 of the file has there`;
}
