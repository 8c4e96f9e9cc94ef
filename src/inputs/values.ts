import { isPrintable, RUN_ID_LIMIT } from '../core/printable.js';
import { DEFAULT_STATE_BRANCH, isSharded, stateBranchesOf, unshardedName } from '../core/state-branch.js';

/** Strict readers of single input texts. Each answers with a value or says which values it allows. */

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly allowed: string };

/** A refusal in words that follow the name of the input, where the values that it allows are not all there is to say. */
export interface Worded {
  readonly ok: false;
  readonly problem: string;
}

const no = (allowed: string): { ok: false; allowed: string } => ({ ok: false, allowed });
const yes = <T>(value: T): { ok: true; value: T } => ({ ok: true, value });

export function readBoolean(text: string): Parsed<boolean> {
  const lower = text.toLowerCase();
  return lower === 'true' || lower === 'false' ? yes(lower === 'true') : no('true or false');
}

export function readChoice<T extends string>(choices: readonly T[]): (text: string) => Parsed<T> {
  return (text) => {
    const choice = choices.find((candidate) => candidate === text);
    return choice === undefined ? no(`one of ${choices.join(', ')}`) : yes(choice);
  };
}

/** A positive integer in plain decimal digits, up to 2^53 - 1. */
export function readToken(text: string): Parsed<number> {
  const value = Number(text);
  return /^[1-9]\d{0,15}$/.test(text) && Number.isSafeInteger(value)
    ? yes(value)
    : no('a positive integer, as the output fencing-token gives it');
}

export function readRunId(text: string): Parsed<string> {
  return isPrintable(text) && text.length <= RUN_ID_LIMIT
    ? yes(text)
    : no('printable text of at most 200 characters, without line breaks or control characters');
}

/** A path that an output can carry: nothing in it is a line break or a control character. */
export function readFolder(text: string): Parsed<string> {
  return isPrintable(text) ? yes(text) : no('a folder, without line breaks or control characters');
}

/** Part of the path of a record: nothing that a file system or a branch could take for something else. */
export function readScope(text: string): Parsed<string> {
  return /^[a-z0-9][a-z0-9-]{0,39}$/.test(text)
    ? yes(text)
    : no('at most 40 lower-case letters, digits and hyphens, no hyphen first, for example preview');
}

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const SIMPLE = /^(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?(?:(\d{1,9})ms)?$/;
const ISO = /^P(?:(\d{1,9})D)?(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?$/;

export interface DurationBounds {
  readonly leastMs: number;
  readonly mostMs: number;
}

/** `90s`, `30m`, `2h`, `1d`, `1h30m`, `500ms`, ISO 8601 (`PT30M`) and a bare `0`. The result is in milliseconds. */
export function readDuration({ leastMs, mostMs }: DurationBounds): (text: string) => Parsed<number> {
  return (text) => {
    const milliseconds = parseDuration(text);
    return milliseconds !== null && milliseconds >= leastMs && milliseconds <= mostMs
      ? yes(milliseconds)
      : no(`a duration from ${shown(leastMs)} to ${shown(mostMs)}, for example 90s, 30m, 2h, 1h30m or PT30M`);
  };
}

function parseDuration(text: string): number | null {
  if (text === '0') return 0;
  const parts = SIMPLE.exec(text) ?? ISO.exec(text);
  if (parts === null || parts.slice(1).every((part) => part === undefined)) return null;
  const [days, hours, minutes, seconds, milliseconds] = parts.slice(1).map((part) => Number(part ?? 0));
  return (
    (days ?? 0) * UNIT_MS.d +
    (hours ?? 0) * UNIT_MS.h +
    (minutes ?? 0) * UNIT_MS.m +
    (seconds ?? 0) * UNIT_MS.s +
    (milliseconds ?? 0)
  );
}

function shown(milliseconds: number): string {
  const unit = (['d', 'h', 'm', 's'] as const).find((name) => milliseconds % UNIT_MS[name] === 0 && milliseconds > 0);
  return unit === undefined ? `${String(milliseconds)}ms` : `${String(milliseconds / UNIT_MS[unit])}${unit}`;
}

/** A branch name as `git check-ref-format` and GitHub allow it, without `refs/heads/` before it. */
export function readBranch(text: string): Parsed<string> {
  const bad =
    text === '' ||
    text.length > 200 ||
    !isPrintable(text) ||
    /[\s~^:?*[\\]|\.\.|@\{|\/\/|^[-/.]|\/\.|[/.]$|\.lock(?:\/|$)|^@$|^HEAD$|^refs\/|^[0-9a-f]{40}$/i.test(text);
  return bad ? no('a branch name such as runner-coord-state, without refs/heads/') : yes(text);
}

/** A branch, or the pattern of sixteen: `{shard}` beside a name. Other braces are a slip of the pen. */
export function readStateBranch(text: string): Parsed<string> {
  const [shard] = stateBranchesOf(text);
  const isName = shard !== undefined && !/[{}]/.test(shard.name) && readBranch(shard.name).ok;
  const isNamed = !isSharded(text) || unshardedName(text) !== '';
  if (isName && isNamed) return yes(text);
  return no(`a branch name such as ${DEFAULT_STATE_BRANCH} or ${DEFAULT_STATE_BRANCH}-{shard}, without refs/heads/`);
}

/** What is published, and as which branch; `null`: the one of the pull request. */
export interface Refspec {
  readonly source: string;
  readonly branch: string | null;
}

/** `<src>[:<dst>]`, as `git push` takes it; but nothing is deleted or forced by it. */
export function readRefspec(text: string): Parsed<Refspec> {
  const wanted =
    'a commit, branch or tag, and after a colon perhaps the branch of the pull request: HEAD, or HEAD:topic';
  const end = text.lastIndexOf(':');
  const source = end === -1 ? text : text.slice(0, end);
  if (source === '' || source.length > 300 || !isPrintable(source) || /^[-+:]|\s/.test(source)) return no(wanted);
  if (end === -1) return yes({ source, branch: null });
  const branch = readBranch(text.slice(end + 1).replace(/^refs\/heads\//, ''));
  return branch.ok ? yes({ source, branch: branch.value }) : no(wanted);
}

/** Logins between commas or blanks; none at all is an empty list. Apps may end in `[bot]`. */
export function readLogins(text: string): Parsed<readonly string[]> {
  const logins = text.split(/[\s,]+/).filter((login) => login !== '');
  const fits = logins.length <= 100 && logins.every((login) => /^[A-Za-z0-9_-]{1,100}(?:\[bot\])?$/.test(login));
  return fits ? yes(logins) : no('logins between commas or blanks, for example "octocat, dependabot[bot]"');
}

/** What can stand in an HTTP header. The text itself is never shown again. */
export function readSecret(text: string): Parsed<string> {
  return /^[\x21-\x7e]+$/.test(text) ? yes(text) : no('a token, for example ${{ github.token }}');
}
