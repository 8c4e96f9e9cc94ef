import { getProxyUrl } from '@actions/http-client/lib/proxy';
import type { Fetch } from './fetched-answer.js';
import { plainFetch } from './plain-fetch.js';

/** The way to a server: through the runner's proxy (`https_proxy`, `http_proxy`, `no_proxy`), or straight. */
export async function chooseFetch(serverUrl: string): Promise<Fetch> {
  const proxy = getProxyUrl(new URL(serverUrl));
  if (proxy === undefined) return plainFetch;
  const { proxyFetch } = await import('./proxy-fetch.js');
  return proxyFetch(proxy);
}
