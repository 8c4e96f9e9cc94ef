import type { LoggedRequest } from '../types.js';
import type { Answer, FaultAction, Reply } from './plan.js';

export interface LateWriteOptions {
  /** When it lands by itself; without it only {@link LateWrite.land} makes it land. */
  readonly afterMs?: number;
  /** What the client gets, at once; default: nothing, for ever. */
  readonly reply?: Reply;
}

/** A fault that is its own handle: plant it, then say when what it holds is carried out. */
export interface LateWrite extends FaultAction {
  /** Requests that were received and not carried out yet. */
  readonly waiting: number;
  /** What GitHub would have answered those that were carried out; nobody gets it. */
  readonly answers: readonly Answer[];
  /** Resolves when the first request has come. */
  readonly received: Promise<LoggedRequest>;
  /** Resolves when the first one has been carried out. */
  readonly landed: Promise<Answer>;
  /** Carries all of them out now, in order of arrival, and gives the answers that nobody gets. */
  land(): Promise<readonly Answer[]>;
}

/**
 * The request is received, and its client learns nothing. Later the write is carried out against the refs as they are
 * then, whatever has become of the client meanwhile.
 */
export function landsLate(options: LateWriteOptions = {}): LateWrite {
  const pending = new Set<() => Promise<Answer>>();
  const answers: Answer[] = [];
  const received = settable<LoggedRequest>();
  const landed = settable<Answer>();
  const carryOut = async (handle: () => Promise<Answer>): Promise<void> => {
    if (!pending.delete(handle)) return;
    const answer = await handle();
    answers.push(answer);
    landed.resolve(answer);
  };
  return {
    name: 'lands late',
    get waiting() {
      return pending.size;
    },
    answers,
    received: received.promise,
    landed: landed.promise,
    land: async () => {
      const from = answers.length;
      for (const handle of [...pending]) await carryOut(handle);
      return answers.slice(from);
    },
    around: (request, handle) => {
      pending.add(handle);
      received.resolve(request);
      if (options.afterMs !== undefined) setTimeout(() => void carryOut(handle), options.afterMs).unref();
      return options.reply ?? 'hang';
    },
  };
}

interface Settable<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

function settable<T>(): Settable<T> {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((set) => (resolve = set));
  return { promise, resolve };
}
