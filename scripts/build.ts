import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle } from './bundle.js';
import { packageRoot } from '../__tests__/support/local-github/package-root.js';

/** `npm run build`: makes dist/ anew. It is cleaned first, because the name of a lazy chunk may change. */
const dist = join(packageRoot(), 'dist');
await rm(dist, { recursive: true, force: true });
await bundle(dist);
