/**
 * The first of these, as many as fit: what is drawn has a greatest size, and the texts in it are of any length.
 *
 * @param textOf what of one is drawn; its bytes as UTF-8 count.
 */
export function takeWithin<One>(
  all: readonly One[],
  limit: { readonly count: number; readonly bytes: number },
  textOf: (one: One) => string,
): { readonly taken: readonly One[]; readonly left: number } {
  const taken: One[] = [];
  let bytes = 0;
  for (const one of all) {
    bytes += Buffer.byteLength(textOf(one));
    if (taken.length === limit.count || bytes > limit.bytes) break;
    taken.push(one);
  }
  return { taken, left: all.length - taken.length };
}
