/** The words of the reference model. Plain shapes of its own: it borrows none from `src`. */

export interface Tenure {
  runId: string;
  attempt: number;
  fencingToken: number;
  claimedAt: string | null;
  updatedAt: string | null;
  holder: { workflowRunId: number | null; actor: string | null } | null;
}

export interface Entry {
  type: string;
  runId: string;
  previousRunId: string | null;
  at: string;
  reason: string | null;
  fencingToken: number;
  id: string;
  actor?: string;
  cause?: string;
  outcome?: string;
}

export interface Signal {
  runId: string;
  at: string;
  reason: string | null;
  fencingToken: number;
}

/** The stored JSON (contract, section 4). */
export interface Stored {
  schemaVersion: number;
  target: { repo: string; pr: number };
  fencingToken: number;
  activeRun: Tenure | null;
  previousRun: { runId: string; replacedAt: string; replacedByRunId: string | null } | null;
  history: Entry[];
  exitSignals: Signal[];
}

export interface Ask {
  command: string;
  id: string;
  run: { runId: string; attempt: number; holder: Tenure['holder'] };
  target: Stored['target'];
  reason: string | null;
  token: number | null;
  requireExisting: boolean;
  requireActiveOwner: boolean;
  targetRunId: string | null;
  evict: boolean;
  strict: boolean;
  supersede: string;
  staleAfterMs: number;
  jobOutcome: string | null;
}

/** The world around the record at the moment of the command. */
export interface Around {
  now: string;
  open: boolean;
  /** Whether GitHub calls the owner's workflow run completed; anything but `dead` keeps the owner. */
  ownerRun: string;
  mayTakeOver: boolean;
}

export interface Reply {
  ok: boolean;
  code: string;
  owned: boolean;
  /** Who holds the target after the command, and its token. */
  owner: string | null;
  token: number | null;
  /** Which of the two facts that cost a request were needed: `liveness`, `permission`. */
  asked: string[];
}

export type Result = { reply: Reply; record: Stored | null };
