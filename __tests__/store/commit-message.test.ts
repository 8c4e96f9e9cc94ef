import { describe, expect, it } from '@jest/globals';
import { commitMessage } from '../../src/store/commit-message.js';
import { eventOf, TARGET } from './records.js';

/** Claims must not fill the timeline of a pull request, close anything or notify anybody. */

/** What GitHub makes a reference, a mention or an order of, in a commit message. */
const REFERENCE = /#\d|\bgh-\d|\w\/[\w.-]+[#@]\w|https?:\/\//i;
const MENTION = /@[a-z\d]/i;
const CLOSING = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\b/i;

const LOUD: readonly string[] = [
  'see acme/widgets#17',
  '#17',
  'see (#17), #18 and GH-19',
  'gh-20',
  '@octocat and @acme/team, please look',
  'a@example.com',
  'acme/widgets@0123456789abcdef0123456789abcdef01234567',
  'fixes #1',
  'Fixed: acme/widgets#1',
  'CLOSES https://github.com/acme/widgets/issues/1',
  'closed closes close resolve resolves resolved fix fixes fixed',
  'https://github.com/acme/widgets/pull/17#issuecomment-1',
  'line\n\nfixes #1\r\nCoord-Fencing-Token: 99\u2028@octocat\u0085#17',
];

function messageOf(parts: Parameters<typeof eventOf>[0], target = TARGET): { text: string; trailers: string[] } {
  const { headline, body } = commitMessage(eventOf(parts), target);
  return { text: `${headline}\n\n${body}`, trailers: (body.split('\n\n').at(-1) ?? '').split('\n') };
}

describe('a commit message', () => {
  it('names the target without referring to it, and has every trailer', () => {
    const { text } = messageOf(
      {
        ...{ type: 'takeover', runId: '1001', attempt: 2, previousRunId: '990', fencingToken: 4, reason: 'stuck' },
        ...{ id: '0b5e', workflowRunId: 1001, cause: 'dead', outcome: 'failure' },
      },
      { ...TARGET, scope: 'preview' },
    );
    expect(text.split('\n')).toEqual([
      'takeover pull request 17 of acme/widgets by run 1001',
      '',
      'Reason: stuck',
      '',
      '[skip ci]',
      '',
      'Coord-Event: takeover',
      'Coord-Repository: acme/widgets',
      'Coord-Pull-Request: 17',
      'Coord-Scope: preview',
      'Coord-Run-Id: 1001',
      'Coord-Attempt: 2',
      'Coord-Previous-Run-Id: 990',
      'Coord-Fencing-Token: 4',
      'Coord-Actor: octocat',
      'Coord-Workflow: agent',
      'Coord-Workflow-Run-Id: 1001',
      'Coord-Cause: dead',
      'Coord-Outcome: failure',
      'Coord-Request-Id: 0b5e',
    ]);
    expect(text).not.toMatch(REFERENCE);
  });

  const places = ['reason', 'runId', 'previousRunId', 'actor', 'workflow'] as const;
  it.each(places.flatMap((place) => LOUD.map((text) => [place, text] as const)))(
    'is quiet about %s: %j',
    (place, loud) => {
      const { text, trailers } = messageOf({ [place]: loud });
      expect(text).not.toMatch(REFERENCE);
      expect(text).not.toMatch(MENTION);
      expect(text).not.toMatch(CLOSING);
      expect(trailers.filter((line) => line.startsWith('Coord-Fencing-Token:'))).toEqual(['Coord-Fencing-Token: 1']);
      for (const line of trailers) expect(line).toMatch(/^Coord-[A-Z][A-Za-z-]+: \S/);
    },
  );

  it('leaves words alone that only sound alike, and everything that a person wrote can still be read', () => {
    const { text } = messageOf({ reason: 'prefix, closet and fixture: 5 of 6 resolvers' });
    expect(text).toContain('Reason: prefix, closet and fixture: 5 of 6 resolvers\n');
    expect(messageOf({ reason: 'fixes #1 for @mona' }).text).toContain('Reason: f·ixes # 1 for @ mona\n');
  });

  it('leaves what is ours as it is, for tools that look for it', () => {
    const target = { ...TARGET, repo: 'acme/fix-gh-7' };
    const { trailers } = messageOf({ type: 'release', outcome: 'failure', id: 'fix-gh-7' }, target);
    expect(trailers).toContain('Coord-Repository: acme/fix-gh-7');
    expect(trailers).toContain('Coord-Request-Id: fix-gh-7');
  });

  it('of a publication says what it moved, in a branch whose name is foreign', () => {
    const moved = { type: 'publish', from: 'a'.repeat(40), to: 'b'.repeat(40) };
    const { text, trailers } = messageOf({ ...moved, ref: 'refs/heads/topic' });
    expect(text.split('\n')[0]).toBe('publish pull request 17 of acme/widgets by run 2002');
    const named = ['Coord-Ref: refs/heads/topic', `Coord-From: ${moved.from}`, `Coord-To: ${moved.to}`];
    expect(trailers.slice(-4)).toEqual([...named, 'Coord-Request-Id: earlier']);
    const loud = messageOf({ ...moved, ref: 'refs/heads/fixes-#17-@mona' });
    expect(loud.text).not.toMatch(REFERENCE);
    expect(loud.text).not.toMatch(MENTION);
    expect(loud.text).not.toMatch(CLOSING);
  });

  it('stays short, whatever is in it', () => {
    const { text } = messageOf({ reason: '@'.repeat(5_000), runId: '#'.repeat(200), workflow: 'fixes '.repeat(400) });
    expect(text.length).toBeLessThan(5_000);
    expect(text.split('\n')[0]?.length).toBeLessThan(200);
  });
});
