import { plain } from '../core/text.js';
import type { GitAnswer } from '../git/run-git.js';
import { permanent, transient } from '../store/failures.js';
import type { StoreFailure } from '../store/state-store.js';
import { remoteWords, shortOf, tellingLine, withoutPasswords } from './git-words.js';
import { refusalOf } from './push-refusals.js';

/** What became of a push of one or two refs, as git tells it. Only a clear success has landed. */
export type PushAnswer =
  | { readonly kind: 'landed' }
  /** Nothing has moved, because one of the refs had: which one, the heads tell. `isSent`: the server has refused it. */
  | { readonly kind: 'raced'; readonly isSent: boolean }
  | { readonly kind: 'refused'; readonly failure: StoreFailure }
  | { readonly kind: 'unknown'; readonly failure: StoreFailure };

interface RefLine {
  readonly flag: string;
  readonly ref: string;
  /** What stands in brackets at its end; `''`: nothing. */
  readonly reason: string;
}

/** It may be on the branch nevertheless: seen of GitHub, where the transaction went through and its answer did not. */
const MAY_HAVE_LANDED = /fatal error in commit_refs/;
const UNTOLD_REASONS: readonly string[] = ['failure', 'remote failed to report status'];

/** The words of a lost race: the client's own, those of git's server, and those seen of GitHub's. */
const RACED =
  /^(?:stale info|atomic push failed|atomic push failure|atomic transaction failed|failed|failed to update ref|missing necessary objects|fetch first|non-fast-forward|incorrect old value provided|reference already exists|cannot lock ref.*|failed to lock.*|unable to lock.*)$/i;
/** What the other ref of an atomic push is told. */
const COMPANION = /^atomic (?:push|transaction) fail/i;

/** @param refs all that were pushed, by their full names. */
export function readPush(answer: GitAnswer, refs: readonly string[]): PushAnswer {
  if (answer.kind === 'missing') return refused('Git is gone from the PATH', 'Look at what the job does to it.');
  if (answer.kind === 'broken')
    return refused(`Git cannot be run: ${answer.error.message}`, 'Run `git version` there.');
  if (answer.kind === 'cut_off') return unknown('The push took longer than it may', answer.stderr);
  const { status, stdout, stderr } = answer;
  const lines = linesOf(stdout);
  const moved = lines.filter(({ flag, ref }) => flag !== '!' && refs.includes(ref));
  if (status === 0 && moved.length === refs.length) return { kind: 'landed' };
  const declined = lines.filter(({ flag }) => flag === '!');
  const isUntold = MAY_HAVE_LANDED.test(stderr) || declined.some(({ reason }) => UNTOLD_REASONS.includes(reason));
  if (isUntold) return unknown('GitHub could not say what became of the push', stderr);
  const cause = declined.find(({ reason }) => !COMPANION.test(reason)) ?? declined[0];
  const refusal = refusalOf(stderr, cause?.ref ?? null, cause?.reason);
  if (refusal !== null) return { kind: 'refused', failure: refusal };
  if (declined.length === 0) return unknown('The push ended without an answer', stderr);
  const isSent = !declined.some(({ reason }) => reason === 'stale info');
  if (declined.every(({ reason }) => RACED.test(reason))) return { kind: 'raced', isSent };
  const why = `The push of ${shortOf(cause?.ref ?? '')} was refused: ${cause?.reason ?? ''}`;
  return refused(`${why}${remoteWords(stderr)}`, 'Look at what the server says, and change that.');
}

/** `!\\t<from>:<to>\\t<summary> (<reason>)`, by `git push --porcelain`. */
function linesOf(stdout: string): readonly RefLine[] {
  return stdout.split('\n').flatMap((line) => {
    const [flag, names, summary] = line.split('\t');
    if (flag === undefined || names === undefined || summary === undefined) return [];
    const [, reason = ''] = /\((.*)\)\s*$/.exec(summary) ?? [];
    return [{ flag, ref: names.slice(names.indexOf(':') + 1), reason }];
  });
}

function refused(problem: string, advice: string): PushAnswer {
  return { kind: 'refused', failure: permanent('api_error', problem, advice) };
}

function unknown(problem: string, stderr: string): PushAnswer {
  const line = tellingLine(stderr);
  const said = line === '' ? '' : ` (${plain(withoutPasswords(line), 200)})`;
  return { kind: 'unknown', failure: transient(`${problem}${said}`) };
}
