/** How words are put into a hook, which /bin/sh reads: dash, busybox, or the one that comes with Git for Windows. */

/** One word of POSIX sh, whatever is in it. */
export function quote(word: string): string {
  // A C string ends there: sh would read half of the hook.
  if (word.includes('\0')) throw new Error('A NUL character cannot be put into a hook.');
  return `'${word.replaceAll("'", "'\\''")}'`;
}

export function commandLine(words: readonly string[]): string {
  return words.map((word) => quote(shellPath(word))).join(' ');
}

/**
 * An absolute Windows path as the sh of Git for Windows takes it: `C:\a b\node.exe` has no slash, so that sh would look for
 * it on the PATH; `C:/a b/node.exe` it runs, and Windows programs take it as an argument too. All else stays as it is: a
 * backslash is an ordinary character in the names of other systems.
 */
export function shellPath(word: string): string {
  return isWindowsPath(word) ? word.replaceAll('\\', '/') : word;
}

/** On any system, whichever this one is. */
export function isAbsolutePath(word: string): boolean {
  return word.startsWith('/') || isWindowsPath(word);
}

function isWindowsPath(word: string): boolean {
  return /^(?:[A-Za-z]:[\\/]|\\\\)/.test(word);
}
