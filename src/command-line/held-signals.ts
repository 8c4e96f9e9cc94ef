import { constants } from 'node:os';

const HELD = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** A claim that is under way is settled meanwhile, and a place in line is left. */
const PATIENCE_MS = 10_000;

export interface HeldSignals {
  /** The exit status of the first signal that came, or `null`. */
  readonly status: number | null;
  /** Aborted by the first signal. */
  readonly stop: AbortSignal;
  /** From now on signals do what they always do. */
  letGo(): void;
}

/** Keeps signals from ending this process in the middle of a claim, which would leave a tenure or a place in line that is nobody's. */
export function holdSignals(): HeldSignals {
  let status: number | null = null;
  let timer: NodeJS.Timeout | undefined;
  const stop = new AbortController();
  const handlers = HELD.map((name) => {
    const handler = (): void => {
      const own = 128 + constants.signals[name];
      // Asked twice, or for too long: whoever asks wants this to end.
      if (status !== null) process.exit(status);
      status = own;
      stop.abort();
      timer = setTimeout(() => process.exit(own), PATIENCE_MS);
    };
    process.on(name, handler);
    return { name, handler };
  });
  return {
    get status() {
      return status;
    },
    stop: stop.signal,
    letGo() {
      clearTimeout(timer);
      for (const { name, handler } of handlers) process.off(name, handler);
    },
  };
}
