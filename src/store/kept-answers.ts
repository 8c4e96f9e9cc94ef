import { etagOf } from './etag.js';
import type { HttpAnswer, Transport } from './transport.js';

/**
 * A transport that asks the same thing again by a conditional request, which costs nothing of the limit while the answer
 * is the same. For side questions only: the time of a kept answer is never GitHub's time of now.
 */
export function keepAnswers(transport: Transport): Transport {
  const kept = new Map<string, { readonly etag: string; readonly body: unknown }>();
  return {
    graphql: (query, variables, deadline) => transport.graphql(query, variables, deadline),
    async rest(route, parameters, deadline, headers = {}): Promise<HttpAnswer> {
      if (!route.startsWith('GET ')) return transport.rest(route, parameters, deadline, headers);
      const key = JSON.stringify([route, parameters]);
      const known = kept.get(key);
      const condition = known === undefined ? {} : { 'if-none-match': known.etag };
      const answer = await transport.rest(route, parameters, deadline, { ...headers, ...condition });
      if (answer.kind === 'no_answer') return answer;
      if (answer.status === 304 && known !== undefined) return { ...answer, status: 200, body: known.body };
      const etag = answer.status === 200 ? etagOf(answer) : null;
      if (etag === null) kept.delete(key);
      else kept.set(key, { etag, body: answer.body });
      return answer;
    },
  };
}
