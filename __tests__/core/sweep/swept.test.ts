import { expect, test } from '@jest/globals';
import { KEPT_REASONS, type KeptReason } from '../../../src/core/sweep/plan.js';
import { keptText, sweptText } from '../../../src/core/words/swept.js';

test.each<[number, number, readonly number[], boolean, string]>([
  [2000, 1000, [4711], false, 'Removed 1,000 of 2,000 records; the token floor is now 4711.'],
  [1, 1, [4], false, 'Removed 1 of 1 record; the token floor is now 4.'],
  [2, 0, [4], false, 'Removed none of 2 records; the token floor stays 4.'],
  [2000, 1000, [4711], true, 'Would remove 1,000 of 2,000 records; the token floor would be 4711.'],
  [2, 0, [4], true, 'Would remove none of 2 records; the token floor would stay 4.'],
  [9, 3, [4, 8, 6], false, 'Removed 3 of 9 records; the greatest token floor is now 8.'],
  [0, 0, [], false, 'There is no state branch yet, and so nothing to remove.'],
])('%d, %d of them, floors %j, dry %s', (records, removed, floors, dryRun, text) => {
  expect(sweptText({ records, removed }, floors, dryRun)).toBe(text);
});

function kept(reasons: Partial<Record<KeptReason, number>>): { kept: Record<KeptReason, number> } {
  const none = Object.fromEntries(KEPT_REASONS.map((reason) => [reason, 0])) as Record<KeptReason, number>;
  return { kept: { ...none, ...reasons } };
}

test('why the others stay, the most frequent reason first', () => {
  expect(keptText(kept({}))).toBeNull();
  expect(keptText(kept({ open: 3, unreadable: 1, recent: 1200 }))).toBe(
    'Kept: 1,200 because it was closed not long enough ago, 3 because the pull request is open, 1 because it cannot be read.',
  );
});
