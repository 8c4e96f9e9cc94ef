import { plain } from '../core/text.js';

/** What git and its servers say, fit to be shown. */

/** What the server says to people, in one line. */
export function remoteWords(stderr: string): string {
  const words = stderr
    .split(/[\r\n]+/)
    .flatMap((line) => (line.startsWith('remote:') ? [line.slice('remote:'.length).trim()] : []))
    .filter((line) => line !== '');
  return words.length === 0 ? '' : `; it says: ${plain(words.join(' '), 500)}`;
}

/** The line that says why: git's own traces and what servers say stand before it, and general words behind it. */
export function tellingLine(stderr: string): string {
  const lines = stderr.split(/[\r\n]+/).map((line) => line.trim());
  return lines.find((line) => line !== '' && !/^(?:remote:|hint:|warning:|\d\d:\d\d:\d\d\.)/.test(line)) ?? '';
}

export function shortOf(ref: string): string {
  return `"${plain(ref.replace(/^refs\/heads\//, ''), 200)}"`;
}

/** Git shows an address as it was given, and a password may hold an at sign. */
export function withoutPasswords(text: string): string {
  return text.replace(/\/\/[^/\s]*@/g, '//');
}
