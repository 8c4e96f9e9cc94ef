/**
 * Finds a key that stands twice in one object of a JSON text, or `null`. `JSON.parse` silently lets the last one win,
 * so a record could show one owner to a person and another to the machine.
 *
 * @param text valid JSON (checked before): the scan relies on it. Iterative, so depth is not limited by the stack.
 */
export function findRepeatedKey(text: string): string | null {
  const open: (Set<string> | null)[] = [];
  const tokens = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g;
  for (const [token, colon] of text.matchAll(tokens)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (colon !== undefined) {
      const key = JSON.parse(token.slice(0, -colon.length)) as string;
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return null;
}
