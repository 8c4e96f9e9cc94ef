import type { Entry } from './configuration.js';

/** What git is asked, to learn whether it has credentials of its own for an address. */
export interface CredentialQuestions {
  /** The header that would be sent, by `git config --get-urlmatch http.extraheader`. */
  readonly header: (url: string) => Promise<string | null>;
  /** What the helpers say, by `git credential fill`, without asking anybody. */
  readonly fill: (description: string) => Promise<string | null>;
}

/**
 * The token of this step, where git has nothing of its own for the server: neither a password in the address, nor what
 * actions/checkout left, nor a helper that knows one. Empty for SSH, and for every server but the target's.
 */
export async function credentialsFor(
  url: string,
  { serverUrl, token }: { readonly serverUrl: string; readonly token: string },
  { header, fill }: CredentialQuestions,
): Promise<readonly Entry[]> {
  if (!/^https?:/i.test(url) || !URL.canParse(url)) return [];
  const address = new URL(url);
  const server = new URL(serverUrl);
  // Nobody's token goes over a line that is not encrypted, unless the server itself is like that.
  if (address.password !== '' || address.host !== server.host || address.protocol !== server.protocol) return [];
  if (/authorization/i.test((await header(url)) ?? '')) return [];
  const description = `protocol=${address.protocol.slice(0, -1)}\nhost=${address.host}\npath=${address.pathname.slice(1)}\n\n`;
  if (/^password=./m.test((await fill(description)) ?? '')) return [];
  const basic = Buffer.from(`x-access-token:${token}`, 'utf8').toString('base64');
  return [{ key: `http.${address.origin}/.extraheader`, value: `AUTHORIZATION: basic ${basic}` }];
}
