import { KEPT_ENTRIES, type ActiveRun, type ExitSignal } from './record.js';

/** A signal belongs to one tenure; a later tenure of the same run is not signalled. */
export function signalsTenure(signal: ExitSignal, active: ActiveRun): boolean {
  return signal.runId === active.runId && signal.fencingToken === active.fencingToken;
}

/**
 * Keeps the newest entries, but never lets the newest signal for the active tenure fall out: fifty signals to other
 * runs must not tell a signalled owner that it may go on.
 */
export function keepNewestSignals(signals: readonly ExitSignal[], active: ActiveRun | null): readonly ExitSignal[] {
  const newest = signals.slice(-KEPT_ENTRIES);
  if (active === null || newest.some((signal) => signalsTenure(signal, active))) return newest;
  const own = signals.findLast((signal) => signalsTenure(signal, active));
  return own === undefined ? newest : [own, ...newest.slice(1)];
}
