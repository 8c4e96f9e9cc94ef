import { rmSync } from 'node:fs';

/** Whatever a test has left in memory goes with it. */
export default function tearDown(): void {
  const folder = process.env['TESTS_IN_MEMORY'];
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
