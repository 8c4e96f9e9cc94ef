import type { Command, SupersedePolicy } from '../../src/core/request.js';

/** One step of a job: a command with what it is given. Unset means the default of the action. */
export interface Step {
  /** `post`: the post steps of all steps so far, in reverse order. They run also after a step was killed. */
  readonly command: Command | 'post';
  /** The token that an agent's last claim brought; the step is left out where there is none. */
  readonly token?: 'own' | { readonly of: string };
  readonly strict?: boolean;
  readonly evict?: boolean;
  readonly requireExisting?: boolean;
  readonly requireActiveOwner?: boolean;
  readonly targetRunId?: string;
  readonly supersede?: SupersedePolicy;
  readonly staleAfterMs?: number;
  /** It stands in line for so long. */
  readonly waitMs?: number;
  /** So long its place counts; unless said, until the last look of it is over. */
  readonly placeMs?: number;
  /** A hold. */
  readonly detached?: boolean;
  readonly expiresAfterMs?: number;
  readonly requireOpen?: boolean;
  /** `push`: to replace the head that was there when the step began, whatever it publishes builds on. */
  readonly lease?: boolean;
  readonly dryRun?: boolean;
}

/** A job of a run. Agents of one run share its id; the attempt tells re-runs apart. */
export interface Agent {
  readonly name: string;
  readonly runId?: string;
  readonly attempt?: number;
  /** The workflow run behind it, which its run id names unless said; a run id may span several. */
  readonly workflowRun?: number;
  readonly steps: readonly Step[];
  /** Whether the actor may take over; granted unless said. */
  readonly mayTakeOver?: boolean;
  /** The workflow run goes on after the last step. */
  readonly livesOn?: boolean;
  /** It crashes as soon as it stands in line. */
  readonly diesInLine?: boolean;
  /** How far the clock of its machine is ahead of GitHub's. */
  readonly clockAheadMs?: number;
  /** It asks by the name that the repository has when a step begins; by the first one unless said. */
  readonly knowsPresentName?: boolean;
}

export const FAULTS = [
  /** The request is not carried out, and the caller is told so. */
  'refused',
  /** The write is not carried out, and the caller is told that a head has moved, which has not. */
  'spurious',
  /** The write is carried out, or loses its race, and the answer is lost. */
  'answer lost',
  /** The caller hears nothing; the write may be carried out at any later moment, or never. */
  'late',
  /** The write is carried out, and a copy of it arrives at any later moment. */
  'twice',
  /** The write is delivered twice at once, and the caller gets the answer to the second delivery. */
  'second answer',
  /** The read shows any earlier state of the branch. */
  'stale',
  /** The machine is gone; a write that was under way may be carried out at any later moment, or never. */
  'crash',
  /** The step is ended from outside, in the same way; the post steps of the job still run. */
  'kill',
  /** GitHub cannot tell whether the owner's run is over, or what the actor may do. */
  'no fact',
] as const;
export type Fault = (typeof FAULTS)[number];

/** What others do, each once and at any moment. */
export type Happening =
  | 'neighbour commits'
  | 'pull request closes'
  | 'pull request opens'
  | 'repository renamed'
  | 'sweep'
  | 'somebody else pushes';

export interface Scenario {
  readonly name: string;
  /** Played one after the other before the schedule begins; an agent of the same name goes on with what it learned. */
  readonly before?: readonly Agent[];
  readonly agents: readonly Agent[];
  readonly faults?: readonly Fault[];
  /** Faults in one schedule; 0 unless said. */
  readonly mostFaults?: number;
  readonly happenings?: readonly Happening[];
  /** `points` (default): others may act while one sleeps; `instant`: only the clock goes on. */
  readonly sleeps?: 'points' | 'instant';
  readonly timeoutMs?: number;
}
