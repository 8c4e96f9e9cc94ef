import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../local-github/package-root.js';

const folder = join(packageRoot(), 'support', 'tls');

/** For `NODE_EXTRA_CA_CERTS`: the certificate that nobody trusts unless told to. */
export const CERTIFICATE = join(folder, 'cert.pem');

/** The `tls` option of a local GitHub. */
export async function localTls(): Promise<{ readonly key: string; readonly cert: string }> {
  const [cert, key] = await Promise.all([readFile(CERTIFICATE, 'utf8'), readFile(join(folder, 'key.pem'), 'utf8')]);
  return { key, cert };
}
