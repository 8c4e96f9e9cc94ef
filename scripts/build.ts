import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../support/local-github/package-root.js';
import { bundle } from './bundling/bundle.js';

/**
 * `npm run build`: makes dist/ anew. It is replaced as a whole, because the name of a lazy chunk may change, and only
 * once the new one is complete.
 */
const dist = join(packageRoot(), 'dist');
const fresh = join(packageRoot(), 'build', 'dist');
await rm(fresh, { recursive: true, force: true });
await bundle(fresh);
await rm(dist, { recursive: true, force: true });
await rename(fresh, dist);
console.log(`dist/: ${(await readdir(dist)).sort().join(', ')}`);
