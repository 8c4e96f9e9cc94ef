/** A small and strict reading of HTML: less than a browser forgives, and only what the page is made of. */

const VOID = new Set(['meta', 'link', 'input', 'br']);
const NAMES = new Set(
  'html head meta title link style body header main footer h1 h2 p a span b form div label input select option button output table caption thead tbody tr th td ol ul li details summary svg defs pattern rect path circle g line use text script'.split(
    ' ',
  ),
);
const TAG = /<(\/?)([a-z][a-z0-9]*)((?: [a-zA-Z][a-zA-Z0-9-]*(?:="[^"<>]*")?)*)(\/?)>/y;
const ATTRIBUTE = / ([a-zA-Z][a-zA-Z0-9-]*)(?:="([^"]*)")?/g;

/** Throws where a bracket is not one of a known tag, a tag is not closed, or an attribute could run or load something. */
export function structureOf(page: string): void {
  const body = page.replace(/^<!doctype html>\n/, '').replace(/<(style|script)>.*?<\/\1>/gs, '');
  const open: string[] = [];
  for (let at = body.search(/[<>]/); at !== -1;) {
    TAG.lastIndex = at;
    const tag = TAG.exec(body);
    const [all = '', end, name = '', attributes = '', closed] = tag ?? [];
    if (tag === null || !NAMES.has(name)) throw new Error(`No tag of the page: ${body.slice(at, at + 80)}`);
    if (end === '/' && open.pop() !== name) throw new Error(`Closed, but not open: ${all}`);
    if (end === '' && closed === '' && !VOID.has(name)) open.push(name);
    for (const [, attribute = '', value = ''] of attributes.matchAll(ATTRIBUTE)) {
      const isForeign = attribute.startsWith('on') || ['style', 'src', 'srcdoc', 'action'].includes(attribute);
      const leads = attribute === 'href' && !/^(?:https?:\/\/|#grid$|data:,$)/.test(value);
      if (isForeign || leads) throw new Error(`No attribute of the page: ${all}`);
    }
    const next = body.slice(at + all.length).search(/[<>]/);
    at = next === -1 ? -1 : at + all.length + next;
  }
  if (open.length > 0) throw new Error(`Not closed: ${open.join(', ')}`);
  if (/[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?!\n)\p{Cc}/u.test(body)) throw new Error('A character that steers');
}
