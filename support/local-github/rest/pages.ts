import type { RestCall } from './answer.js';

export interface Page<Item> {
  readonly items: readonly Item[];
  /** The `link` that leads to the other pages; none where there are none behind. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The page of a list that `per_page` and `page` name. `below` is what stands behind the repository in the path. */
export function pageOf<Item>(
  { context, repository, query }: RestCall,
  below: string,
  all: readonly Item[],
): Page<Item> {
  const size = Math.min(100, Math.max(1, Number(query.get('per_page') ?? 30)));
  const number = Math.max(1, Number(query.get('page') ?? 1));
  const last = Math.max(1, Math.ceil(all.length / size));
  const link = (target: number, rel: string): string => {
    const search = new URLSearchParams(query);
    search.set('page', String(target));
    return `<${context.world.apiUrl}/repositories/${repository.id}${below}?${search.toString()}>; rel="${rel}"`;
  };
  const links = number < last ? [link(number + 1, 'next'), link(last, 'last')] : [];
  return {
    items: all.slice((number - 1) * size, number * size),
    headers: links.length === 0 ? {} : { link: links.join(', ') },
  };
}
