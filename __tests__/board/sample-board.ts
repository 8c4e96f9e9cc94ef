import type { Board } from '../../src/core/board/model.js';
import { ago, boardOf, owner, party, place, row, tenure, wait } from './pieces.js';

const MONA = party('person:mona', '', { workflow: null, job: null, actor: 'mona', url: null });
const DEPLOY = party('1300', 'deploy previews', { job: 'deploy', actor: 'hubot' });

/** Every state, every trouble and every end of a tenure and of a wait. */
export function smallBoard(): Board {
  return boardOf({
    rows: [
      row(17, {
        title: 'Widgets turn the other way',
        troubles: ['owner_over', 'long_line'],
        owner: owner(party('1001', 'agent', { attempt: 2 }), 185, { state: 'over' }),
        line: [
          place(party('1007'), 95),
          place(party('1008', 'review', { actor: 'mona' }), 12),
          place(party('1006'), 200, true),
        ],
      }),
      row(21, {
        troubles: ['tenure_expired'],
        owner: owner(MONA, 600, { state: 'expired', expiresAt: ago(120), detached: true }),
      }),
      row(23, {
        troubles: ['signalled_goes_on'],
        owner: owner(party('1020'), 75, { state: 'signalled', exitReason: 'The branch was rebased by hand' }),
        lastEvent: { type: 'signal-exit', at: ago(40), runId: '1021', actor: 'mona' },
      }),
      row(24, {
        title: null,
        pullRequestState: null,
        troubles: ['unreadable'],
        problem: 'the record is not JSON',
        lastEvent: null,
      }),
      row(17, { title: 'Widgets turn the other way', scope: 'preview', owner: owner(DEPLOY, 30) }),
      row(30, {
        owner: owner(MONA, 55, { state: 'held', expiresAt: ago(-425), detached: true }),
        line: [place(party('1031'), 20)],
      }),
      row(31, {
        pullRequestState: 'merged',
        owner: owner(party('1032', 'nightly', { url: null }), 20, { state: 'unknown', since: null, ageMs: null }),
      }),
      row(32, { pullRequestState: 'closed', line: [place(party('1033'), 2)] }),
    ],
    tenures: [
      tenure(17, party('990', 'agent'), null, 900),
      tenure(17, party('995', 'agent'), 800, 500, { end: 'taken_over', reason: 'The agent went in circles' }),
      tenure(17, party('998', 'review'), 500, 300, { end: 'superseded', reason: 'run_completed' }),
      tenure(17, party('1001', 'agent', { attempt: 2 }), 185, null),
      tenure(17, DEPLOY, 30, null, { scope: 'preview' }),
      tenure(21, MONA, 600, null),
      tenure(23, party('1015'), 400, 200, { end: 'evicted', reason: 'It pushed to the wrong branch' }),
      tenure(23, party('1020'), 75, null),
      tenure(30, party('1025'), 700, 650),
      tenure(30, MONA, 55, null),
      tenure(31, party('1032', 'nightly'), null, null),
      tenure(40, party('1040'), 1300, 1000, { end: 'expired' }),
      tenure(41, party('1041', 'nightly'), 640, 610, { end: 'unknown' }),
    ],
    waits: [
      wait(17, party('1007'), 95, null, 'waits'),
      wait(17, party('1008', 'review', { actor: 'mona' }), 12, null, 'waits'),
      wait(17, party('998', 'review'), 620, 500, 'served'),
      wait(23, party('1016'), 320, 260, 'left'),
      wait(30, party('1031'), 20, null, 'waits'),
    ],
  });
}
