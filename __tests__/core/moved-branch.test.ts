import { expect, test } from '@jest/globals';
import { answerOnMovedBranch } from '../../src/core/moved-branch.js';
import type { CoordinationRequest } from '../../src/core/request.js';

const asked = (command: string): CoordinationRequest => ({ command }) as CoordinationRequest;

test.each(['assert', 'push'])('%s: this run owns nothing here any more', (command) => {
  expect(answerOnMovedBranch(asked(command), 'coord', 'coord-{shard}')).toEqual({
    kind: 'conflict',
    code: 'ownership_lost',
  });
});

test.each(['claim', 'takeover', 'ensure', 'release', 'signal-exit', 'check', 'status', 'leave', 'renew'])(
  '%s is refused, with the name to use',
  (command) => {
    expect(answerOnMovedBranch(asked(command), 'coord', 'coord-{shard}')).toEqual({
      kind: 'fail',
      failure: {
        code: 'state_branch_foreign',
        problem: 'The records of the branch "coord" have moved to "coord-{shard}", and nothing changes here any more',
        advice:
          'Nothing was written. Set the input "state-branch" to coord-{shard} in all workflows of this repository.',
      },
    });
  },
);
