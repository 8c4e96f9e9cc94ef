import type { Board, BoardRow, Party, Tenure, TenureEnd } from '../../src/core/board/model.js';
import { ago, boardOf, owner, party, place, row, tenure, wait } from './pieces.js';

/** A text wherever a board has one, whatever it is said to be. */
export function hostileBoard(text: string): Board {
  const who: Party = { runId: text, attempt: 2, workflow: text, job: text, actor: text, url: text };
  const counts = { ...boardOf().counts, reasons: [{ text, count: 3 }] };
  return boardOf({
    repo: text,
    serverUrl: text,
    stateBranch: text,
    heads: [{ branch: text, commit: text }],
    counts,
    rows: [
      row(1, {
        title: text,
        scope: text,
        troubles: ['signalled_goes_on'],
        owner: owner(who, 5, { state: 'signalled', exitReason: text, since: text }),
        line: [place(who, 3)],
        lastEvent: { type: text, at: text, runId: text, actor: text },
      }),
      row(2, {
        problem: text,
        troubles: ['unreadable'],
        lastEvent: { type: text, at: null, runId: text, actor: null },
      }),
    ],
    tenures: [
      { ...tenure(1, who, 50, 40, { scope: text, end: 'taken_over', reason: text }), from: text, to: text },
      tenure(1, who, 30, 20, { scope: text, end: 'evicted', reason: text }),
      tenure(3, who, 5, null),
    ],
    waits: [wait(1, who, 4, null, 'waits')],
  });
}

const ENDS: readonly TenureEnd[] = ['released', 'released', 'taken_over', 'superseded', 'evicted', 'expired'];

/** So many rows with three tenures each. */
export function largeBoard(size: number): Board {
  const rows: BoardRow[] = [];
  const tenures: Tenure[] = [];
  for (let index = 0; index < size; index++) {
    const pr = 1000 + index;
    const who = party(String(900_000 + index), `workflow ${String(index % 7)}`);
    const state = index % 10 === 0 ? 'over' : 'alive';
    rows.push(
      row(pr, {
        troubles: state === 'over' ? ['owner_over'] : [],
        owner: owner(who, index % 600, { state }),
        line: index % 4 === 0 ? [place(who, 4)] : [],
      }),
    );
    tenures.push(
      tenure(pr, who, 1400 - (index % 400), 900, { end: ENDS[index % ENDS.length] ?? 'released' }),
      tenure(pr, who, 890, 700 + (index % 90)),
      tenure(pr, who, index % 600, null),
    );
  }
  return boardOf({ rows, tenures, now: ago(0) });
}
