import { expect, test } from '@jest/globals';
import type { OwnershipRecord } from '../../src/core/record.js';
import type { Command, CoordinationRequest, Facts } from '../../src/core/request.js';
import { decideOn, request, wordOf } from './samples.js';

type Of<C extends Command> = Extract<CoordinationRequest, { command: C }>;

/** One line of a table of section 3: in this situation, asked so, the answer is this word. */
export interface Row<C extends Command> {
  readonly name: string;
  readonly record: OwnershipRecord | null;
  readonly ask?: Partial<Omit<Of<C>, 'command'>>;
  readonly known?: Partial<Facts>;
  readonly word: string;
}

export function decides<C extends Command>(command: C, rows: readonly Row<C>[]): void {
  test.each(rows)('$name: $word', ({ record, ask, known, word }) => {
    expect(wordOf(decideOn(record, request(command, ask), known))).toBe(word);
  });
}
