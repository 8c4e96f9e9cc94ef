import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { readBranch } from '../../src/inputs/values.js';
import { announce, log } from '../../src/action/log.js';
import { escapeMarkdown, link } from '../../src/report/markdown.js';
import { OUTPUT_NAMES, outputsOf, type Outputs } from '../../src/report/outputs.js';
import { writeOutputs } from '../../src/action/write-outputs.js';
import { reportOf, type Report } from '../../src/report/report.js';
import { summaryOf } from '../../src/action/summary.js';
import { CONFLICT_CODES, ERROR_CODES, OK_STATUSES } from '../../src/core/answer.js';
import type { Outcome, View } from '../../src/core/outcome.js';
import type { Holder, OwnershipRecord } from '../../src/core/record.js';
import { COMMANDS } from '../../src/core/request.js';
import { plain } from '../../src/core/text.js';
import { commitMessage } from '../../src/store/commit-message.js';
import { place, PULL_REQUEST, viewOf } from '../core/samples.js';
import { eventOf, NOW, ownerOf, recordOf, requestOf, TARGET } from '../store/records.js';
import { hostileText, insist, insistPlain, insistPrototypesUntouched, LIVE_TEXTS } from './arbitraries.js';

/** Text from elsewhere (reasons, names, ids, GitHub’s messages) never comes alive in summary, annotations or log. */

const OID = 'c0ffee'.padEnd(40, '0');
const text = fc.option(hostileText);
const id = fc
  .tuple(fc.constantFrom('', 'person:'), hostileText)
  .map((parts) => parts.join(''))
  .filter((value) => value.trim() !== '');
/** Times are read into one form or none. */
const time = fc.constantFrom(null, NOW, '9999-12-31T23:59:59.999Z', '1970-01-01T00:00:00.000Z');
const url = fc.option(
  fc.oneof(
    hostileText,
    hostileText.map((part) => `https://evil.test/${part}`),
  ),
);

const holder: fc.Arbitrary<Holder> = fc.record({
  ...{ repo: text, repoId: fc.constant(7), workflowRunId: fc.constant(7) },
  ...{ workflow: text, job: text, actor: text, url },
});

/** A record whose every text is hostile: reading refuses most of it already, and nothing relies on that. */
const record: fc.Arbitrary<OwnershipRecord> = fc
  .record({
    ...{ holder, runId: id, claimedAt: time, updatedAt: time, attempt: fc.integer({ min: 1, max: 3 }) },
    events: fc.array(
      fc.record({
        ...{ type: fc.oneof(id, fc.constantFrom('claim', 'evict', 'release', 'signal-exit')), runId: id },
        ...{ previousRunId: fc.option(id), at: time, reason: text, id: text, actor: text, workflow: text },
        ...{ cause: hostileText, outcome: hostileText },
      }),
      { maxLength: 3 },
    ),
    waiting: fc.array(fc.record({ runId: id, holder, since: time }), { maxLength: 2 }),
    ...{ reason: text, signalled: fc.boolean(), owned: fc.boolean(), previousRunId: id },
  })
  .map(({ events, waiting, reason, signalled, owned, previousRunId, ...owner }) => {
    const { runId, claimedAt } = owner;
    return recordOf({
      fencingToken: 4,
      activeRun: owned ? ownerOf({ ...owner, fencingToken: 4 }) : null,
      previousRun: { runId: previousRunId, replacedAt: claimedAt, replacedByRunId: null },
      queue: waiting.map((waiter) => place(waiter.runId, waiter)),
      history: events.map((event) => eventOf({ ...event, fencingToken: 4 })),
      exitSignals: signalled ? [{ runId, at: claimedAt, reason, fencingToken: 4 }] : [],
    });
  });

const view: fc.Arbitrary<View> = fc
  .tuple(record, fc.record({ headRef: hostileText, headRepo: text, headSha: hostileText }))
  .map(([stored, head]) => viewOf(stored, { stateCommit: OID, pullRequest: { ...PULL_REQUEST, ...head } }));

const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc
    .tuple(fc.constantFrom(...OK_STATUSES), view)
    .map(([status, seen]) => ({ kind: 'ok' as const, status, view: seen })),
  fc
    .tuple(fc.constantFrom(...CONFLICT_CODES), view)
    .map(([code, seen]) => ({ kind: 'conflict' as const, code, view: seen })),
  fc
    .record({ code: fc.constantFrom(...ERROR_CODES), problem: hostileText, advice: hostileText })
    .map((failure) => ({ kind: 'error' as const, mayHaveWritten: true, failure })),
);

const NOBODY = { repo: null, repoId: null, workflowRunId: null, workflow: null, job: null, url: null };

const report: fc.Arbitrary<Report> = fc
  .record({
    outcome,
    command: fc.constantFrom(...COMMANDS),
    runId: hostileText,
    actor: text,
    target: fc.constantFrom(TARGET, null),
    branch: fc.oneof(hostileText, fc.constant('état/a+b(1)')).filter((name) => readBranch(name).ok),
  })
  .map(({ outcome: how, command, runId, actor, target, branch }) => {
    const run = { runId, attempt: 1, holder: { ...NOBODY, actor } };
    return reportOf({
      ...{ outcome: how, onConflict: 'fail', now: NOW, serverUrl: 'https://github.com', command, target },
      request: requestOf({ command, run, targetRunId: runId }),
      stateBranch: branch,
    });
  });

afterEach(insistPrototypesUntouched);

describe('Markdown', () => {
  /** Reads back what was escaped; anything that could mean something and is not escaped ends it. */
  function unescaped(markdown: string): string {
    const names: Record<string, string> = { amp: '&', lt: '<', gt: '>', '#64': '@', '#58': ':', '#46': '.' };
    return markdown.replace(
      /\\([\\`*_{}[\]()#+!|~$^.-])|&(amp|lt|gt|#64|#58|#46);|([\\`*_{}[\]()#+!|~$^&<>@])|(:\/\/|www\.)/gi,
      (found, escaped: string | undefined, entity: string | undefined) => {
        if (escaped !== undefined) return escaped;
        if (entity !== undefined) return names[entity] ?? found;
        throw new Error(`live: ${found} in ${markdown}`);
      },
    );
  }

  it('has nothing live in it once it is escaped, and loses nothing', () => {
    fc.assert(
      fc.property(hostileText, (given) => {
        const escaped = escapeMarkdown(given);
        insist(unescaped(escaped) === plain(given), 'changed', [given, escaped]);
        insist(!/[\n\r]/.test(escaped) && !/^(?:[-+*>#|]|\d+[.)]|\s)/.test(escaped), 'a block', escaped);
      }),
      { numRuns: 2_000 },
    );
  });

  it('has links to http addresses only, which end where they should', () => {
    fc.assert(
      fc.property(
        hostileText,
        fc.oneof(
          hostileText,
          hostileText.map((part) => `https://evil.test/${part}`),
          hostileText.map((part) => `javascript:${part}`),
        ),
        (label, address) => {
          const made = link(label, address);
          const parts = /^\[((?:[^\\\]]|\\.)*)\]\((https?:\/\/[^()<>\\[\]`|\s]*)\)$/i.exec(made);
          if (parts === null) return insist(made === escapeMarkdown(label), 'half a link', made);
          insist(parts[1] === escapeMarkdown(label), 'another label', made);
          insist(/^https?:\/\//i.test(address) && URL.canParse(parts[2] ?? ''), 'another address', made);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    ' https://x',
    'file:///etc',
    '//evil.test',
    'https://',
    'http://[',
  ])('has no link to %s', (address) => {
    expect(link('a', address)).toBe('a');
  });

  /** What is live in a summary beside its links, tables and the one block of code that it has itself. */
  function insistSummary(summary: string): void {
    insist(Buffer.byteLength(summary) < 64 * 1024, 'longer than anybody reads', summary.length);
    insist(!/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(summary.replaceAll('\n', '')), 'unprintable', summary);
    const blocks = summary.match(/^```.*$/gm) ?? [];
    insist(blocks.length === 0 || blocks.join() === '```console,```', 'another block of code', summary);
    const lines = summary.replace(/^```console\n[^`]*\n```$/m, '').split('\n');
    let columns = 0;
    for (const line of lines) {
      const bare = line
        .replace(/\\[\\`*_{}[\]()#+!|~$^.-]/g, '·')
        .replace(/&(?:amp|lt|gt|#64|#58|#46);/g, '·')
        .replace(/\[[^[\]]*\]\(https?:\/\/[^()<>\\[\]`|\s]*\)/gi, '·')
        .replace(/^### /, '')
        .replace(/^\*\*(?:Next step|Refused):\*\*/, '');
      if (bare.startsWith('|')) {
        const here = bare.split('|').length;
        insist(columns === 0 || columns === here, 'another column', line);
        columns = here;
      } else columns = 0;
      insist(!/[`*_[\]{}~$^!\\<>&@#]|:\/\/|www\./i.test(bare), 'live', line);
      insist(!/^(?:[-+>]|\d+[.)] |\s)/.test(line), 'a block', line);
    }
  }

  it('is harmless in every summary', async () => {
    await fc.assert(
      fc.asyncProperty(report, async (given) => insistSummary(await summaryOf(given))),
      { numRuns: 1_000 },
    );
  });

  it('is found by this test where it is live', () => {
    for (const live of [
      '<b>',
      '[a](javascript:x)',
      '![a](https://x)',
      '`a`',
      '**a**',
      '@a',
      '| a | b |\n| - |',
      '# a',
      'https://a',
      '```js\nx\n```',
    ]) {
      expect(() => insistSummary(`### ⚪ Title\n\n${live}\n`)).toThrow();
    }
  });
});

describe('the log', () => {
  let written = '';
  let write: jest.SpiedFunction<typeof process.stdout.write>;

  beforeAll(() => {
    write = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      written += String(chunk);
      return true;
    });
  });

  afterAll(() => write.mockRestore());

  /** What the runner makes of it: `::name …::` at the start of a line, `##[name]` anywhere in one. */
  function commandsIn(output: string): { name: string; data: string }[] {
    return output.split(/\r\n|[\n\r]/).flatMap((line) => {
      const old = /##\[(\S*?)[\] ]/.exec(line);
      if (old !== null) return [{ name: old[1] ?? '', data: line }];
      const found = /^\s*::([^\s:]*)[^:]*(?:::(.*))?/.exec(line);
      return found === null ? [] : [{ name: found[1] ?? '', data: found[2] ?? '' }];
    });
  }

  function told(work: () => void): string {
    written = '';
    work();
    insist(
      written.endsWith('\n') && !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(written.slice(0, -1)),
      'not one line',
      written,
    );
    return written;
  }

  it('gets one line an outcome, and only the command that the code table asks for', () => {
    fc.assert(
      fc.property(report, (given) => {
        const { annotation } = given.verdict;
        const commands = commandsIn(told(() => announce(given)));
        const names = commands.map(({ name }) => name).join();
        insist(names === (annotation === 'none' ? '' : annotation), 'another command', written);
        for (const { data } of commands) insistPlain(data.replace(/%25/g, '%'), 8_001);
      }),
      { numRuns: 1_000 },
    );
  });

  it('gets no command from any line that is told on the way', () => {
    fc.assert(
      fc.property(hostileText, (given) => {
        insist(commandsIn(told(() => log.info(given))).length === 0, 'a command', written);
        insist(
          commandsIn(told(() => log.warn(given)))
            .map(({ name }) => name)
            .join() === 'warning',
          'a command',
          written,
        );
        insist(
          commandsIn(told(() => log.debug(given)))
            .map(({ name }) => name)
            .join() === 'debug',
          'a command',
          written,
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('is understood by this test as the runner does', () => {
    expect(commandsIn('a\n::error::x\n  ::set-env name=a::b\nc ##[group]d\n').map(({ name }) => name)).toEqual([
      'error',
      'set-env',
      'group',
    ]);
  });

  it.each(LIVE_TEXTS)('is plain: %j', (given) => {
    insistPlain(plain(given), 200);
    insistPlain(plain(given, 7), 7);
  });
});

describe('outputs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'outputs-'));
  const file = join(folder, 'output');
  const before = process.env['GITHUB_OUTPUT'];

  afterAll(() => {
    if (before === undefined) delete process.env['GITHUB_OUTPUT'];
    else process.env['GITHUB_OUTPUT'] = before;
    rmSync(folder, { recursive: true, force: true });
  });

  /** As the runner reads the file: `name<<DELIMITER`, lines up to the delimiter. */
  function asRunnerReads(content: string): [string, string][] {
    const entries: [string, string][] = [];
    const lines = content.split('\n');
    while (lines.length > 0) {
      const [, name, delimiter] = /^([^=<]+)<<(.+)$/.exec(lines.shift() ?? '') ?? [];
      if (name === undefined) continue;
      const end = lines.indexOf(delimiter ?? '');
      if (end === -1) throw new Error(`not closed: ${name}`);
      entries.push([
        name,
        lines
          .splice(0, end + 1)
          .slice(0, -1)
          .join('\n'),
      ]);
    }
    return entries;
  }

  it('are exactly the outputs, whatever text is in them', () => {
    process.env['GITHUB_OUTPUT'] = file;
    fc.assert(
      fc.property(report, (given) => {
        writeFileSync(file, '');
        const outputs: Outputs = outputsOf(given);
        writeOutputs(outputs);
        const read = asRunnerReads(readFileSync(file, 'utf8'));
        insist(read.map(([name]) => name).join() === OUTPUT_NAMES.join(), 'other outputs', read);
        for (const [name, value] of read) {
          const sent = Buffer.from(outputs[name as keyof Outputs], 'utf8').toString('utf8');
          insist(value === sent, 'another value', [name, value]);
        }
        insist(['true', 'false'].includes(outputs.owned), 'owned', outputs.owned);
        insist(given.outcome.kind === 'ok' || outputs.owned === 'false', 'owned', outputs);
      }),
      { numRuns: 300 },
    );
  });

  it('have no line break and no control character, but for the result, which is JSON on one line', () => {
    fc.assert(
      fc.property(report, (given) => {
        const { result, ...others } = outputsOf(given);
        for (const [name, value] of Object.entries(others)) {
          insist(!/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value), 'a control character', [name, value]);
        }
        insist(!/[\r\n]/.test(result), 'a line break', result);
      }),
      { numRuns: 500 },
    );
  });

  it('have a message in plain words, and a result that is JSON', () => {
    fc.assert(
      fc.property(report, (given) => {
        const outputs = outputsOf(given);
        insistPlain(outputs.message, 8_001);
        const result = JSON.parse(outputs.result) as Record<string, unknown>;
        insist(result['owned'] === (outputs.owned === 'true'), 'owned', result);
        insist(result['ok'] === (given.outcome.kind === 'ok'), 'ok', result);
      }),
      { numRuns: 1_000 },
    );
  });
});

const TRAILERS = [
  ...[
    'Coord-Event',
    'Coord-Repository',
    'Coord-Pull-Request',
    'Coord-Run-Id',
    'Coord-Attempt',
    'Coord-Previous-Run-Id',
  ],
  ...[
    'Coord-Fencing-Token',
    'Coord-Actor',
    'Coord-Workflow',
    'Coord-Workflow-Run-Id',
    'Coord-Cause',
    'Coord-Request-Id',
  ],
];

describe('the commit on the state branch', () => {
  it('has the trailers that it should, whatever text is in them', () => {
    const event = fc.record({
      type: fc.constantFrom('claim', 'takeover', 'evict'),
      runId: id,
      previousRunId: fc.option(id),
      reason: text,
      actor: text,
      workflow: text,
      cause: fc.constantFrom('dead', 'stale'),
      id: fc.uuid(),
    });
    fc.assert(
      fc.property(event, (parts) => {
        const { headline, body } = commitMessage(eventOf(parts), TARGET);
        insistPlain(headline, 300);
        const lines = body.split('\n');
        for (const line of lines) insistPlain(line);
        const names = lines.slice(lines.lastIndexOf('') + 1).map((line) => line.replace(/: .*$|:$/, ''));
        const given = {
          'Coord-Previous-Run-Id': parts.previousRunId,
          'Coord-Actor': parts.actor,
          'Coord-Workflow': parts.workflow,
        };
        const expected = TRAILERS.filter((name) => !(name in given) || given[name as keyof typeof given] !== null);
        insist(names.join() === expected.join(), 'other trailers', body);
        insist(lines.filter((line) => line === '[skip ci]').length === 1, 'no [skip ci]', body);
        // Nothing that GitHub would link, close or notify: claims must not fill the timeline.
        const live = /@[\w-]|#\d|\bgh-\d|:\/\/|\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\b/i;
        insist(!live.test(`${headline}\n${body}`), 'a reference', [headline, body]);
      }),
      { numRuns: 1_000 },
    );
  });
});
