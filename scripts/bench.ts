import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { measure, type Measured } from './bench/measure.js';
import { measurePublish, publishTable } from './bench/publish.js';
import { SUBJECTS } from './bench/subjects.js';
import { tableOf } from './bench/table.js';

/**
 * `npm run bench`: what a step costs of its own, and the command line in a later step, beside a bare start of Node and
 * beside a minimal script that sends the same requests. Interleaved, medians, on a local GitHub over plain HTTP and over
 * TLS. Decides no test: timings of a busy machine are a matter of luck.
 *
 *   --rounds N    how often each is run (default 15)
 *   --node PATH   another Node than the one that runs this
 *   --only TEXT   only what has this in its name, as "runner-coord", or "publish" beside a plain push
 *   --json FILE   the figures as a file
 */
const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: { rounds: { ...text, default: '15' }, node: text, only: { ...text, default: '' }, json: text },
});
const rounds = Number(values.rounds);
if (!Number.isSafeInteger(rounds) || rounds < 1) throw new Error('--rounds must be a positive integer');
const subjects = SUBJECTS.filter(({ name }) => name.includes(values.only));
const isPublishWanted = 'publish'.includes(values.only);
if (subjects.length === 0 && !isPublishWanted)
  throw new Error(`--only must be in one of: ${SUBJECTS.map(({ name }) => name).join(', ')}`);
const node = values.node ?? process.execPath;

const measured: Measured[] = [];
if (subjects.length > 0) {
  for (const protocol of ['http', 'https'] as const) measured.push(await measure({ protocol, node, rounds }, subjects));
  console.log(measured.map(tableOf).join('\n\n'));
}
const publish = isPublishWanted ? await measurePublish(rounds) : [];
if (isPublishWanted) console.log(`\n${publishTable(publish)}`);
if (values.json !== undefined)
  await writeFile(values.json, `${JSON.stringify({ steps: measured, publish }, null, 2)}\n`);
