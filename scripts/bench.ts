import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { contentionTable, measureContention, STATE_BRANCHES, type ContentionFigure } from './bench/contention.js';
import { measure, type Measured } from './bench/measure.js';
import { measurePublish, publishTable } from './bench/publish.js';
import { SUBJECTS } from './bench/subjects.js';
import { tableOf } from './bench/table.js';

const HELP = `npm run bench [-- options]: what a step costs of its own, and the command line in a later step, beside a bare start
of Node and beside a minimal script that sends the same requests. Interleaved, medians, on a local GitHub over plain HTTP
and over TLS. Decides no test: timings of a busy machine are a matter of luck.

  --rounds N    how often each is run (default 15)
  --node PATH   another Node than the one that runs this
  --only TEXT   only what has this in its name, as "runner-coord", or "publish" beside a plain push

npm run bench -- contention [options]: many claims of many pull requests at once, on one state branch and on its shards.

  --claims N --seconds T      so many claims in so many seconds (default 100 in 30)
  --write-ms W --read-ms R    how long GitHub takes for each (default 600 and 200)
  --only TEXT                 only the state branch that has this in its name, as "{shard}"

  --json FILE   the figures as a file, of either
`;

const text = { type: 'string' } as const;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...{ rounds: { ...text, default: '15' }, node: text, only: { ...text, default: '' }, json: text },
    ...{ claims: { ...text, default: '100' }, seconds: { ...text, default: '30' } },
    ...{ 'write-ms': { ...text, default: '600' }, 'read-ms': { ...text, default: '200' } },
    help: { type: 'boolean', default: false },
  },
});

function wholeNumber(name: 'rounds' | 'claims' | 'seconds' | 'write-ms' | 'read-ms', least: number): number {
  const number = Number(values[name]);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new Error(`--${name} must be a whole number from ${String(least)} on`);
}

async function ofSteps(): Promise<unknown> {
  const subjects = SUBJECTS.filter(({ name }) => name.includes(values.only));
  const isPublishWanted = 'publish'.includes(values.only);
  if (subjects.length === 0 && !isPublishWanted)
    throw new Error(`--only must be in one of: ${SUBJECTS.map(({ name }) => name).join(', ')}`);
  const rounds = wholeNumber('rounds', 1);
  const node = values.node ?? process.execPath;
  const steps: Measured[] = [];
  if (subjects.length > 0) {
    for (const protocol of ['http', 'https'] as const) steps.push(await measure({ protocol, node, rounds }, subjects));
    console.log(steps.map(tableOf).join('\n\n'));
  }
  const publish = isPublishWanted ? await measurePublish(rounds) : [];
  if (isPublishWanted) console.log(`\n${publishTable(publish)}`);
  return { steps, publish };
}

async function ofContention(): Promise<unknown> {
  const crowd = {
    claims: wholeNumber('claims', 1),
    seconds: wholeNumber('seconds', 0),
    writeMs: wholeNumber('write-ms', 0),
    readMs: wholeNumber('read-ms', 0),
  };
  const figures: ContentionFigure[] = [];
  for (const branch of STATE_BRANCHES.filter((name) => name.includes(values.only)))
    figures.push(await measureContention(branch, crowd));
  console.log(contentionTable(crowd, figures));
  return { crowd, figures };
}

if (values.help) {
  console.log(HELP);
} else {
  const [subject] = positionals;
  if (positionals.length > 1 || (subject !== undefined && subject !== 'contention'))
    throw new Error(`What is to be measured is "contention", or nothing is named.\n\n${HELP}`);
  const figures = await (subject === 'contention' ? ofContention() : ofSteps());
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(figures, null, 2)}\n`);
}
