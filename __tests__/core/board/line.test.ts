import { describe, expect, test } from '@jest/globals';
import { free } from '../samples.js';
import { join, of, serve, standing, tells, withLine, type Row } from './line-words.js';
import { entry, story } from './words.js';

describe('the line', () => {
  const three = [join(1, '2'), join(2, '3'), join(3, '4')];
  const rest = withLine(standing('2', 1), standing('3', 2), standing('4', 3));
  tells([
    [
      'is passed up to who is served',
      [...three, serve(5, '3', 2)],
      withLine(standing('4', 3)),
      ['2 1–5 left', '3 2–5 served', '4 3–… waits'],
    ],
    [
      'is not passed by who joined before the log',
      [...three, serve(5, '9', 0)],
      rest,
      ['2 1–… waits', '3 2–… waits', '4 3–… waits'],
    ],
    ...['release', 'evict'].map((type): Row => {
      const told = ['2 1–5 left', '3 2–5 left', '4 3–5 left'];
      return [
        `did not count where the target is left free by: ${type}`,
        [...three, entry(5, type, '1', 1)],
        free(),
        told,
      ];
    }),
    [
      'is left standing by a takeover',
      [...three, entry(5, 'takeover', '9', 2)],
      rest,
      ['2 1–… waits', '3 2–… waits', '4 3–… waits'],
    ],
    [
      'stands behind a takeover until it is left',
      [join(1, '2'), entry(5, 'takeover', '9', 2), entry(7, 'leave', '2', 2)],
      withLine(),
      ['2 1–7 left'],
    ],
    [
      'did not count where another claimed what had ended',
      [...three, entry(5, 'claim', '9', 2, { 'Ended-By': 'expired' }), serve(7, '4', 3)],
      withLine(),
      ['2 1–5 left', '3 2–5 left', '4 3–7 served'],
    ],
    [
      'is passed up to another step of the run in it',
      [...three, entry(5, 'takeover', '3', 2, { Cause: 'dead' })],
      withLine(standing('4', 3)),
      ['2 1–5 left', '3 2–5 served', '4 3–… waits'],
    ],
  ]);
});

describe('who hands over to another and joins in one commit', () => {
  const handover = serve(5, '2', 1, { 'Request-Id': '3@5', Actor: 'mona', Workflow: 'deploy' });
  tells([
    [
      'is told of once it is served',
      [join(1, '2'), handover, serve(8, '3', 5)],
      null,
      ['2 1–5 served', '3 5–8 served'],
    ],
    ['or while it is in line', [join(1, '2'), handover], withLine(standing('3', 5)), ['2 1–5 served', '3 5–… waits']],
    ['and not otherwise', [join(1, '2'), handover], withLine(), ['2 1–5 served']],
  ]);

  test('is named, and so is whoever is served, as they named themselves', () => {
    const joined = join(1, '2', { Actor: 'octocat', Workflow: 'agent', ...of('2') });
    const log = [joined, handover, serve(8, '3', 5, { ...of('33', '2'), Actor: 'hubot', 'Ended-By': 'release' })];
    const { tenures, waits } = story(log, null);
    const octocat = { runId: '2', attempt: 1, actor: 'octocat', workflow: 'agent', url: 'run 2' };
    const mona = { runId: '3', attempt: 2, actor: 'mona', workflow: 'deploy', url: 'run 33' };
    expect(waits).toMatchObject([octocat, mona]);
    expect(tenures).toMatchObject([{ ...octocat, url: null }, mona]);
    expect(story(log.slice(2), null).tenures).toMatchObject([{ ...mona, actor: null, workflow: null }]);
  });
});
