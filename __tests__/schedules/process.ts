import type { Operation } from './operation.js';
import type { Agent, Fault } from './scenario.js';

/** One way in which a request may fare. */
export interface Way {
  readonly label: string;
  readonly fault: Fault | null;
  /** Carries it out and answers. */
  readonly act: () => void;
}

/** A request that waits for the scheduler. */
interface Parked {
  readonly what: string;
  readonly operation: Operation;
  readonly ways: () => readonly Way[];
}

/** An agent at work. It runs until its next request and waits there for the scheduler. */
export class Process {
  parked: Parked | null = null;
  over = false;
  crashed = false;
  /** GitHub's time by its last request. */
  ms = 0;
  /** All that it was told so far, by its number. */
  past = 0;
  /** How many of its operations have answered. */
  answers = 0;
  #failure: Error | null = null;
  #stopped: () => void = () => undefined;
  #ended: () => void = () => undefined;

  constructor(
    readonly agent: Agent,
    readonly run: (process: Process) => Promise<void>,
  ) {}

  start(): Promise<void> {
    return this.goOn(() => {
      void this.run(this)
        .catch((error: unknown) => {
          this.#failure = error instanceof Error ? error : new Error('an agent failed', { cause: error });
        })
        .then(() => {
          this.over = true;
          this.#stopped();
        });
    });
  }

  /** Leaves a request to the scheduler; the promise resolves with what it answers. */
  park<T>(what: string, operation: Operation, ways: (answer: (value: T) => void) => readonly Way[]): Promise<T> {
    return new Promise<T>((resolve) => {
      this.parked = { what, operation, ways: () => ways(resolve) };
      this.#stopped();
    });
  }

  /** Does what lets the agent go on, and waits until it has left its next request or is over. */
  async goOn(act: () => void): Promise<void> {
    this.parked = null;
    const stopped = new Promise<void>((resolve) => {
      this.#stopped = resolve;
    });
    act();
    await stopped;
    if (this.#failure !== null) throw this.#failure;
  }

  /** The end of a main step by the outside world: it never answers, and what it waits for never comes. */
  ended(): Promise<null> {
    return new Promise((resolve) => {
      this.#ended = () => resolve(null);
    });
  }

  /** Ends the step that is at work; the agent goes on with its post steps. */
  async kill(act: () => void): Promise<void> {
    await this.goOn(() => {
      act();
      this.#ended();
    });
  }

  crash(): void {
    this.parked = null;
    this.over = true;
    this.crashed = true;
  }
}
