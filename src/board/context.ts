import type { Patience } from '../coordinate/patience.js';
import type { Transport } from '../store/transport.js';
import type { Asker, Surroundings } from '../use-case/wanted.js';
import type { Clock } from '../time/clock.js';
import type { Deadline } from '../time/deadline.js';

/** What every question of a board needs. */
export interface BoardContext {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly deadline: Deadline;
  readonly patience: Patience;
  readonly serverUrl: string;
  /** For a git that reads the branch; it has no other credentials. */
  readonly token: string;
  readonly temporaryFolder: string;
  readonly asker: Asker;
  readonly say: Surroundings['say'];
}

/** The repository as its answer names it. */
export interface BoardRepository {
  /** `owner/name` in lower case, under its present name. */
  readonly repo: string;
  readonly repoId: number;
}
