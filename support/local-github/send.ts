import type { IncomingMessage, ServerResponse } from 'node:http';
import { etagOf, hasAlready } from './conditional.js';
import type { RequestContext } from './context.js';
import type { Reply } from './faults/plan.js';
import { type Bucket, giveBack, rateLimitOf } from './rate-limit.js';
import type { OpenEntry } from './request-log.js';

export interface Sending {
  readonly context: RequestContext;
  /** null: git, which has no budget and no ETags. */
  readonly bucket: Bucket | null;
  readonly entry: OpenEntry;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Gives the client what it is to get, if it is still there; headers as GitHub sets them. */
export function send(reply: Reply, { context, bucket, entry, request, response }: Sending): void {
  const goneAlready = entry.outcome === 'client gone';
  if (reply === 'hang') {
    entry.outcome = 'hung'; // the socket stays open until one side gives up
    return;
  }
  if (reply === 'reset') {
    entry.outcome = 'reset';
    request.socket.resetAndDestroy();
    return;
  }
  if (reply === 'cut') {
    entry.outcome = 'reset';
    response.writeHead(200, usualHeaders(context, bucket));
    response.write('0', () => request.socket.resetAndDestroy());
    return;
  }
  const isVerbatim = typeof reply.body === 'string' || reply.body instanceof Uint8Array;
  const payload = (isVerbatim ? reply.body : JSON.stringify(reply.body)) as string | Uint8Array | undefined;
  const etag = bucket === null ? null : etagOf(request, reply, payload ?? '');
  const unchanged = hasAlready(request, etag);
  if (unchanged && bucket !== null) giveBack(context.grant, bucket);
  // A text in place of an answer comes from a proxy in front of GitHub, which sends HTML.
  const type: Record<string, string> =
    typeof reply.body === 'string' ? { 'content-type': 'text/html; charset=utf-8' } : {};
  const headers: Record<string, string> = { ...usualHeaders(context, bucket), ...type, ...reply.headers };
  if (etag !== null) headers.etag = etag;
  if (unchanged) delete headers['content-type'];
  response.sendDate = false; // node would add the time of the machine
  const status = unchanged ? 304 : reply.status;
  if (!goneAlready) {
    entry.status = status;
    entry.outcome = 'answered';
  }
  response.writeHead(status, headers);
  response.end(unchanged || payload === undefined ? undefined : payload);
}

function usualHeaders(
  { requestId, grant, world, injections }: RequestContext,
  bucket: Bucket | null,
): Record<string, string> {
  const common = {
    ...(injections.withoutDate === true ? {} : { date: world.now().toUTCString() }),
    'content-type': 'application/json; charset=utf-8',
    'x-github-request-id': requestId,
  };
  if (bucket === null) return common;
  const { limit, remaining, used, reset } = rateLimitOf(grant, bucket, world.now());
  return {
    ...common,
    'x-github-media-type': 'github.v3; format=json',
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-used': String(used),
    'x-ratelimit-reset': String(reset),
    'x-ratelimit-resource': bucket,
  };
}
