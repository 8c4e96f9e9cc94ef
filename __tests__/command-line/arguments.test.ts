import { describe, expect, test } from '@jest/globals';
import { readArguments, OTHER_COMMANDS } from '../../src/command-line/arguments.js';
import { HELP, type Topic } from '../../src/command-line/help-texts.js';
import { helpFor, optionsOf } from '../../src/command-line/help.js';
import { COMMANDS, OVERVIEW_COMMANDS } from '../../src/core/request.js';

/** What is understood of a command line, and what is said of one that is not. No process: later-steps.test.ts has those. */

const TOPICS = Object.keys(HELP) as Topic[];

describe('a command of the action', () => {
  test.each([
    [['assert'], {}],
    [['claim', '--pr', '17', '--wait-timeout', '10m'], { pr: '17', 'wait-timeout': '10m' }],
    [['claim', '--pr=17', '--reason=a=b'], { pr: '17', reason: 'a=b' }],
    [['status', '--pr', '17', '--scope', 'preview'], { pr: '17', scope: 'preview' }],
    [['takeover', '--detached', '--expires-after=2h'], { detached: 'true', 'expires-after': '2h' }],
    [['release', '--reason', '--evict'], { reason: '--evict' }],
    [['assert', '--strict'], { strict: 'true' }],
    [['assert', '--strict=false', '--require-existing=FALSE'], { strict: 'false', 'require-existing': 'FALSE' }],
    [['claim', '--reason', 'C:\\it "is"'], { reason: 'C:\\it "is"' }],
    // No error, as an input that a command does not use is none.
    [['status', '--wait-timeout', '10m'], { 'wait-timeout': '10m' }],
  ])('%j', (words, texts) => {
    expect(readArguments(words)).toEqual({ kind: 'command', command: words[0], texts, json: false, push: null });
  });

  test('with --json', () => {
    expect(readArguments(['status', '--json'])).toMatchObject({ kind: 'command', json: true, texts: {} });
  });
});

describe('push', () => {
  const HEAD = { source: 'HEAD', branch: null };
  const OID = 'a'.repeat(40);

  test.each([
    [['push'], { refspec: HEAD, lease: null, dryRun: false }],
    [['push', 'topic'], { refspec: { source: 'topic', branch: null }, lease: null, dryRun: false }],
    [['push', 'HEAD~1:topic'], { refspec: { source: 'HEAD~1', branch: 'topic' }, lease: null, dryRun: false }],
    [['push', '--dry-run'], { refspec: HEAD, lease: null, dryRun: true }],
    [['push', '--force-with-lease'], { refspec: HEAD, lease: '', dryRun: false }],
    [['push', `--force-with-lease=${OID}`], { refspec: HEAD, lease: OID, dryRun: false }],
    // As of git, its value needs the equals sign: what stands beside it is what is pushed.
    [['push', '--force-with-lease', OID], { refspec: { source: OID, branch: null }, lease: '', dryRun: false }],
    [['push', '--dry-run', '--', 'a:b'], { refspec: { source: 'a', branch: 'b' }, lease: null, dryRun: true }],
  ])('%j', (words, push) => {
    expect(readArguments(words)).toEqual({ kind: 'command', command: 'push', texts: {}, json: false, push });
  });

  test('takes inputs beside it', () => {
    const words = ['push', '--pr', '17', '--fencing-token=4', 'HEAD', '--require-open', '--json'];
    const texts = { pr: '17', 'fencing-token': '4', 'require-open': 'true' };
    const push = { refspec: HEAD, lease: null, dryRun: false };
    expect(readArguments(words)).toEqual({ kind: 'command', command: 'push', texts, json: true, push });
  });

  test.each([
    [['push', 'HEAD', 'topic'], '"topic" is not an option'],
    [['push', 'origin', 'HEAD:topic'], '"HEAD:topic" is not an option'],
    [['push', ':topic'], 'What is pushed must be a commit, branch or tag'],
    [['push', '+HEAD:topic'], 'What is pushed must be'],
    [['push', ''], 'What is pushed must be'],
    [['push', '--force'], 'no option "--force"'],
    [['push', '-f'], 'no option "-f"'],
    [['push', '--delete', 'topic'], 'no option "--delete"'],
    [['push', '--dry-run=true'], '"--dry-run" takes no value'],
    [['push', '--dry-run', '--dry-run'], 'given twice'],
    [['push', '--force-with-lease='], '"--force-with-lease" is empty'],
    [['push', '--force-with-lease', '--force-with-lease=a'], 'given twice'],
    [['push', '--working-directory', 'a'], 'an input of the action alone'],
    [['claim', '--dry-run'], 'no option "--dry-run"'],
    [['claim', '--force-with-lease'], 'no option "--force-with-lease"'],
    [['claim', 'HEAD'], '"HEAD" is not an option'],
  ])('%j is wrong', (words, problem) => {
    expect(readArguments(words)).toMatchObject({
      kind: 'usage',
      about: words[0],
      problem: expect.stringContaining(problem) as unknown,
    });
  });
});

describe('sweep', () => {
  test.each([
    [['sweep'], { texts: {}, json: false, dryRun: false }],
    [
      ['sweep', '--older-than=30d', '--dry-run', '--json'],
      { texts: { 'older-than': '30d' }, json: true, dryRun: true },
    ],
  ])('%j', (words, asked) => {
    expect(readArguments(words)).toEqual({ kind: 'sweep', ...asked });
  });

  test.each([
    [['sweep', '17'], '"17" is not an option'],
    [['sweep', '--dry-run=false'], '"--dry-run" takes no value'],
    [['board', '--dry-run'], 'no option "--dry-run": it is an input of the action alone'],
  ])('%j is wrong', (words, problem) => {
    const said = expect.stringContaining(problem) as unknown;
    expect(readArguments(words)).toMatchObject({ kind: 'usage', about: words[0], problem: said });
  });
});

describe('exec', () => {
  const TIMES = { graceMs: 10_000, lostAfterMs: 120_000, claim: false };

  test.each([
    [['exec', '--', 'true'], { child: ['true'], texts: {}, ...TIMES }],
    [
      ['exec', '--grace', '0', '--lost-after=1h', '--pr', '17', '--', 'a', '--help', '--', '-x'],
      { child: ['a', '--help', '--', '-x'], texts: { pr: '17' }, graceMs: 0, lostAfterMs: 3_600_000, claim: false },
    ],
    [
      ['exec', '--claim', '--wait-timeout', '5m', '--', 'a'],
      { child: ['a'], texts: { 'wait-timeout': '5m' }, ...TIMES, claim: true },
    ],
    [
      ['exec', '--claim', '--reason', 'why', '--', 'a'],
      { child: ['a'], texts: { reason: 'why' }, ...TIMES, claim: true },
    ],
    [
      ['exec', '--fencing-token=4', '--strict', '--require-open', '--', 'a'],
      { child: ['a'], texts: { 'fencing-token': '4', strict: 'true', 'require-open': 'true' }, ...TIMES },
    ],
    [
      ['exec', '--claim', '--scope', 'preview', '--expires-after', '30m', '--', 'a'],
      { child: ['a'], texts: { scope: 'preview', 'expires-after': '30m' }, ...TIMES, claim: true },
    ],
  ])('%j', (words, asked) => {
    expect(readArguments(words)).toEqual({ kind: 'exec', ...asked });
  });

  test.each([
    [['exec'], 'after "--"'],
    [['exec', '--'], 'after "--"'],
    [['exec', '--', ''], 'after "--"'],
    [['exec', 'agent', '--', 'true'], '"agent" is not an option'],
    [['exec', '--grace', '2h', '--', 'true'], '--grace must be a duration from 0ms to 1h'],
    [['exec', '--lost-after', '0', '--', 'true'], '--lost-after must be a duration from 1s to 1d'],
    [['exec', '--claim=false', '--', 'true'], '"--claim" takes no value'],
    [['exec', '--wait-timeout', '5m', '--', 'true'], 'no use for "--wait-timeout": it is for a claim, so add --claim'],
    [['exec', '--reason', 'why', '--', 'true'], 'no use for "--reason": it is for a claim, so add --claim'],
    [['exec', '--claim', '--strict', '--', 'true'], 'no use for "--strict" with --claim'],
    [['exec', '--evict', '--', 'true'], 'no use for "--evict"'],
    [['exec', '--claim', '--takeover-permission=none', '--', 'true'], 'no use for "--takeover-permission"'],
    [['exec', '--require-existing=false', '--', 'true'], 'no use for "--require-existing"'],
    [['exec', '--json', '--', 'true'], 'no option "--json"'],
  ])('%j is wrong', (words, problem) => {
    expect(readArguments(words)).toMatchObject({
      kind: 'usage',
      about: 'exec',
      problem: expect.stringContaining(problem) as unknown,
    });
  });
});

describe('guard', () => {
  test.each(['install', 'uninstall'])('%s', (action) => {
    expect(readArguments(['guard', action])).toEqual({ kind: 'guard', action });
  });

  test.each([[['guard']], [['guard', 'remove']], [['guard', 'install', '--pr', '17']]])('%j is wrong', (words) => {
    expect(readArguments(words)).toMatchObject({ kind: 'usage', about: 'guard' });
  });
});

describe('what is wrong says what would be right', () => {
  test.each([
    [['clam'], [...COMMANDS, ...OVERVIEW_COMMANDS, ...OTHER_COMMANDS].join(', ')],
    [['claim', '--pull'], 'no option "--pull"'],
    [['claim', '-p', '17'], 'no option "-p"'],
    [['claim', '--pr'], '--pr VALUE'],
    [['claim', '--pr='], '"--pr" is empty'],
    [['claim', '--pr', '1', '--pr', '1'], 'given twice'],
    [['claim', '--strict', 'false'], '"false" is not an option: write --strict=false'],
    [['claim', '--require-open', 'FALSE', '--pr', '17'], '"FALSE" is not an option: write --require-open=FALSE'],
    [['claim', '17'], '"17" is not an option'],
    [['claim', '--json=yes'], '"--json" takes no value'],
    [['claim', '--grace', '1s'], 'no option "--grace"'],
    [['claim', '--github-token', 'ghp_1'], 'GH_TOKEN'],
    [['claim', '--on-conflict=continue'], 'an input of the action alone'],
  ])('%j', (words, problem) => {
    const asked = readArguments(words);
    expect(asked).toMatchObject({ kind: 'usage', problem: expect.stringContaining(problem) as unknown });
    expect(JSON.stringify(asked)).not.toContain('ghp_1');
  });

  test.each([[['claim', '--require-open=false', 'false']], [['status', '--json', 'false']], [['claim', 'false']]])(
    '%j has no option that the value could be of',
    (words) => {
      expect(readArguments(words)).toMatchObject({ kind: 'usage', problem: '"false" is not an option' });
    },
  );

  test('and what it quotes is one line', () => {
    expect(readArguments(['a\n::error::b'])).toMatchObject({ problem: expect.not.stringContaining('\n') as unknown });
  });
});

describe('help', () => {
  test.each([[[]], [['--help']], [['-h']], [['help']]])('%j is the overview', (words) => {
    expect(readArguments(words)).toEqual({ kind: 'help', about: null });
  });

  test.each(TOPICS)('%s has it, whatever stands beside', (topic) => {
    for (const words of [
      [topic, '--help'],
      [topic, '-h'],
      ['help', topic],
    ]) {
      expect(readArguments(words)).toEqual({ kind: 'help', about: topic });
    }
    expect(helpFor(topic)).toMatchObject({
      known: true,
      text: expect.stringMatching(/^Usage: runner-coord /) as unknown,
    });
  });

  test('is about every command, each with an example that is understood', () => {
    expect([...TOPICS].sort()).toEqual([...COMMANDS, ...OVERVIEW_COMMANDS, ...OTHER_COMMANDS].sort());
    for (const topic of TOPICS) {
      const { example } = HELP[topic];
      expect(helpFor(topic).text).toContain(`  ${example}`);
      const first = example.split(' && ').find((part) => part.startsWith('runner-coord')) ?? '';
      const [program, ...words] = (first.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''));
      expect([
        program,
        ['command', 'board', 'sweep', 'exec', 'guard', 'migrate'].includes(readArguments(words).kind),
      ]).toEqual(['runner-coord', true]);
    }
  });

  test('lists only options that are taken', () => {
    for (const topic of TOPICS) {
      for (const { usage } of optionsOf(topic)) {
        const [, name = ''] = /^--([a-z-]+)/.exec(usage) ?? [];
        const end = topic === 'exec' ? ['--', 'true'] : [];
        const problem = JSON.stringify(readArguments([topic, `--${name}=`, ...end]));
        expect(problem).toContain(`The option \\"--${name}\\" is empty`);
      }
    }
  });

  test('shows how what is on unless it is said is switched off', () => {
    const usages = (topic: Topic): string[] => optionsOf(topic).map(({ usage }) => usage);
    expect(usages('claim')).toEqual(
      expect.arrayContaining(['--require-open[=false]', '--detached', '--timeout DURATION [60s]']),
    );
    expect(usages('assert')).toContain('--require-existing[=false]');
    expect(usages('signal-exit')).toContain('--require-active-owner[=false]');
    expect(usages('exec')).toEqual(expect.arrayContaining(['--reason TEXT', '--strict']));
  });

  test('of what is not there is the overview, and says so', () => {
    expect(helpFor('clam')).toEqual({ text: helpFor(null).text, known: false });
  });
});

test.each(['--version', '-V'])('%s', (word) => {
  expect(readArguments([word])).toEqual({ kind: 'version' });
});
