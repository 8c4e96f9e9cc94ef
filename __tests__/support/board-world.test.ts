import { describe, expect, it } from '@jest/globals';
import { readRecord } from '../../src/core/read-record.js';
import { recordPath } from '../../src/core/record.js';
import { plantBoard, type PlantedBoard } from '../../support/board-world.js';
import { STATE_BRANCH } from '../../support/world.js';
import { withClient } from './with-client.js';

const ready = withClient();

const PLAN = { now: new Date('2026-11-20T12:00:00.000Z'), records: 60, commits: 480 };

describe('a planted repository', () => {
  it('has records that can be read, a log of every kind of event, and the owners it says, each time alike', async () => {
    const { github, repository, number } = ready();
    const board = await plantBoard(repository, PLAN);
    const log = (await repository.log(STATE_BRANCH)).reverse();
    expect(log).toHaveLength(PLAN.commits);
    expect(log.map(({ message }) => trailer(message, 'Coord-Event'))).toEqual(
      board.told.map(({ event }) => event.type),
    );
    expect(log.at(-1)?.oid).toBe(board.head);
    expect(log[0]?.at).toBe('2026-10-21T12:00:00Z');
    const texts = await Promise.all(
      board.records.map(({ target }) => repository.readFile(STATE_BRANCH, recordPath(target))),
    );
    const read = texts.map((text, index) => readRecord(text ?? '', board.records[index]?.target ?? NOBODY));
    expect(read).toEqual(board.records.map((record) => ({ kind: 'record', record })));
    expect(board.records.filter(({ activeRun }) => activeRun !== null)).toHaveLength(board.owners.length);
    const [first] = board.owners;
    const run = await ready().rest('GET', `/actions/runs/${first?.runId ?? ''}`);
    expect(run.at('status')).toBe('in_progress');
    expect((await ready().rest('GET', `/pulls/${String(first?.pr)}`)).at('title')).toBe('Mend the login');
    const kinds = new Set(board.told.map(({ event }) => event.type));
    const all = 'claim evict handover join leave publish refresh release signal-exit takeover'.split(' ');
    expect([...kinds].sort()).toEqual(all);
    const kept = board.records.flatMap(({ history }) => history);
    expect(kept.some(({ type }) => type === 'expired')).toBe(true);
    expect(kept.some(({ cause }) => cause === 'dead')).toBe(true);
    const again = await plantBoard(await github.createRepository(`acme/again-${number}`), PLAN);
    const shape = ({ told }: PlantedBoard): unknown => told.map(({ event: { id, at, type } }) => [id, at, type]);
    expect(shape(again)).toEqual(shape(board));
  });
});

const NOBODY = { repo: 'no/body', repoId: 1, pr: 1, scope: null };

function trailer(message: string, key: string): string | undefined {
  return new RegExp(`^${key}: (.*)$`, 'm').exec(message)?.[1];
}
