import { runMain } from './bundle.js';

void runMain();
