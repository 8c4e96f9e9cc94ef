// By its file, because the bundler replaces the package itself: what every step loads must not contain it.
import { fetch, ProxyAgent } from 'undici/index.js';
import { answerWith, readWhole, type Fetch } from './fetched-answer.js';

/** A fetch through the runner's proxy. Loaded only where there is one. */
export function proxyFetch(proxy: URL): Fetch {
  const { username, password } = proxy;
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const token = `Basic ${Buffer.from(credentials).toString('base64')}`;
  const bare = new URL(proxy.href);
  bare.username = '';
  bare.password = '';
  const dispatcher = new ProxyAgent({ uri: bare.href, ...(username === '' && password === '' ? {} : { token }) });
  return async (url, options) => {
    const response = await fetch(url, { ...options, dispatcher, redirect: 'manual' });
    const { status, statusText } = response;
    const headers = new Map<string, string>();
    response.headers.forEach((value, name) => headers.set(name.toLowerCase(), value));
    const body = response.body === null ? Buffer.alloc(0) : await readWhole(response.body, status);
    return answerWith({ url, status, statusText, headers }, body);
  };
}
