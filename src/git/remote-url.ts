import { parseRepositoryName } from '../target/target.js';

/** What the address of a remote says of the repository. */
export interface Remote {
  readonly host: string;
  /** `owner/name`, in lower case. */
  readonly repository: string;
}

/** `https://host/owner/name.git`, `ssh://git@host:22/owner/name`, `git@host:owner/name.git`; anything else is `null`. */
export function parseRemote(text: string): Remote | null {
  const short = /^(?:[\w.-]+@)?([\w.-]+):(?!\/\/)\/?(.+)$/.exec(text);
  const url = short === null && URL.canParse(text) ? new URL(text) : null;
  const isRemote = url !== null && ['https:', 'http:', 'ssh:', 'git:'].includes(url.protocol);
  const host = short?.[1] ?? (isRemote ? hostOf(url) : null);
  const path = (short?.[2] ?? url?.pathname ?? '').replace(/^\/+|\/+$/g, '').replace(/\.git$/, '');
  const repository = parseRepositoryName(path);
  return host === null || !repository.ok ? null : { host: host.toLowerCase(), repository: repository.value };
}

/** A port of SSH says nothing about the web server. */
function hostOf({ protocol, host, hostname }: URL): string {
  return protocol === 'ssh:' || protocol === 'git:' ? hostname : host;
}
