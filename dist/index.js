import { runMain } from './bundle.js';
await runMain();
