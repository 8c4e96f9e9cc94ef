/** What Octokit reads of an answer: as much of a `Response` as it takes, without loading the one that Node has. */
export interface FetchedAnswer {
  readonly url: string;
  readonly status: number;
  readonly statusText: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  text(): Promise<string>;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** What Octokit gives along. */
export interface FetchOptions {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

export type Fetch = (url: string, options: FetchOptions) => Promise<FetchedAnswer>;

/** Far above the longest honest answer (a hundred pull requests); what is longer is not read to its end. */
const LARGEST_BODY = 8 * 1024 * 1024;

export function answerWith(
  head: Pick<FetchedAnswer, 'url' | 'status' | 'statusText' | 'headers'>,
  body: Buffer,
): FetchedAnswer {
  return {
    ...head,
    text: () => Promise.resolve(body.toString('utf8')),
    arrayBuffer: () => Promise.resolve(new Uint8Array(body).buffer),
  };
}

/**
 * The whole body, up to `LARGEST_BODY`. Octokit would take one that broke off for an empty one; here an answer that is not
 * whole is none, unless its status alone says no.
 */
export async function readWhole(body: AsyncIterable<Uint8Array>, status: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    // Leaving the loop early ends the stream, and with it the connection.
    for await (const chunk of body) {
      size += chunk.byteLength;
      if (size > LARGEST_BODY) throw new Error(`its answer is longer than ${String(LARGEST_BODY)} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    if (status < 400) throw error;
    return Buffer.alloc(0);
  }
  return Buffer.concat(chunks);
}

/** An error page that repeats the request must not carry the token into a message, an output or a summary. */
export function withoutToken(fetch: Fetch, token: string): Fetch {
  return async (url, options) => {
    const answer = await fetch(url, options);
    return { ...answer, text: async () => (await answer.text()).replaceAll(token, '***') };
  };
}
