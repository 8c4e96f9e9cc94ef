/**
 * Every file of tests had all the coverage of whatever it imports copied, sent to jest's first process and merged there:
 * half a second for a file that tests a whole step. A worker only has to tell of a source file whether there is something
 * in it that was run for the first time, as far as this worker knows. Reports then say whether a line was run, not how often.
 *
 * A source file is told in full or not at all: where counters are missing, the merge guesses them from those around.
 */
const told = new Map();

export function untold(coverage = {}) {
  return Object.fromEntries(Object.entries(coverage).filter(([path, file]) => hasNews(path, file)));
}

function hasNews(path, file) {
  const known = told.get(path);
  if (known === undefined || known.hash !== file.hash) {
    told.set(path, { hash: file.hash, run: new Set(whatRan(file)) });
    return true;
  }
  const before = known.run.size;
  for (const name of whatRan(file)) known.run.add(name);
  return known.run.size > before;
}

/** Names for the statements, functions and branches that were run. */
function* whatRan({ s, f, b }) {
  for (const key in s) if (s[key] > 0) yield `s${key}`;
  for (const key in f) if (f[key] > 0) yield `f${key}`;
  for (const key in b) for (const [index, hits] of b[key].entries()) if (hits > 0) yield `b${key}.${index}`;
}
