import type { Command, SupersedePolicy } from '../../src/core/request.js';

/** One step of a job: a command with what it is given. Unset means the default of the action. */
export interface Step {
  readonly command: Command;
  /** `own`: the token that this agent's last claim brought; the step is left out where there is none. */
  readonly token?: 'own';
  /** Begins from the record that the claim left behind, as the post step does. */
  readonly known?: boolean;
  readonly strict?: boolean;
  readonly evict?: boolean;
  readonly requireExisting?: boolean;
  readonly requireActiveOwner?: boolean;
  readonly targetRunId?: string;
  readonly supersede?: SupersedePolicy;
  readonly staleAfterMs?: number;
  readonly waitMs?: number;
}

/** A job of a run. Agents of one run share its id; the attempt tells re-runs apart. */
export interface Agent {
  readonly name: string;
  readonly runId?: string;
  readonly attempt?: number;
  readonly steps: readonly Step[];
  /** Whether the actor may take over; granted unless said. */
  readonly mayTakeOver?: boolean;
  /** The workflow run goes on after the last step. */
  readonly livesOn?: boolean;
}

export const FAULTS = [
  /** The request is not carried out, and the caller is told so. */
  'refused',
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
  /** The run ends here; a write that was under way may be carried out at any later moment, or never. */
  'crash',
  /** GitHub cannot tell whether the owner's run is over, or what the actor may do. */
  'no fact',
] as const;
export type Fault = (typeof FAULTS)[number];

/** What others do, each once and at any moment. */
export type Happening = 'neighbour commits' | 'pull request closes' | 'pull request opens';

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
