import type { coordinate } from '../../src/coordinate.js';
import type { Outcome } from '../../src/core/outcome.js';
import type { Change } from '../../src/store/state-store.js';
import type { Clock } from '../../src/time/clock.js';
import { Deadline } from '../../src/time/deadline.js';
import type { coordinateWithWaiting } from '../../src/wait.js';
import { askOf } from '../model/translate.js';
import { Branch } from './branch.js';
import { faultyStore, TARGET } from './faulty-store.js';
import { noMemory, remember, requestOf, type Memory } from './job.js';
import type { Facts, Operation } from './operation.js';
import { Process } from './process.js';
import type { Agent, Happening, Scenario, Step } from './scenario.js';

/** The code under test: the coordinator of `src`, or a copy of it. */
export interface Coordinator {
  readonly coordinate: typeof coordinate;
  readonly coordinateWithWaiting: typeof coordinateWithWaiting;
}

/** One thing that may happen next. */
export interface Alternative {
  readonly label: string;
  readonly fault: boolean;
  readonly act: () => Promise<void> | void;
}

/** Picks one of several alternatives by its index. */
export type Chooser = (alternatives: readonly Alternative[]) => number;

/** A schedule as it was played. */
export interface Played {
  readonly scenario: Scenario;
  readonly branch: Branch;
  /** State of the branch when the schedule began. */
  readonly begin: number;
  readonly operations: readonly Operation[];
  /** Commits that replaced an owner as dead although its run was at work. */
  readonly livingReplaced: readonly string[];
  /** What happened, in order. */
  readonly trace: readonly string[];
}

interface Travelling {
  readonly operation: Operation;
  readonly change: Change;
}

const START = Date.parse('2026-11-22T08:00:00.000Z');
const TICK_MS = 10;
const PLENTY_MS = 1_000_000_000;
const NOTHING_SAID: ReadonlyMap<number, string> = new Map();
const MOST_MOMENTS = 2_000;

/**
 * Plays one schedule of a scenario. Every request and every sleep is a point at which `choose` says who goes on, and how
 * the request fares. A request and its answer are one point: nothing that an agent does between the answer and its next
 * request can be seen by others, so a slow answer is the same as a slow next request, and the span of an operation is
 * taken as short as it can have been.
 */
export async function simulate(scenario: Scenario, code: Coordinator, choose: Chooser): Promise<Played> {
  return new Simulation(scenario, code, choose).play();
}

class Simulation {
  readonly #scenario: Scenario;
  readonly #code: Coordinator;
  readonly #choose: Chooser;
  readonly #branch = new Branch();
  readonly #memories = new Map<string, Memory>();
  readonly #trace: string[] = [];
  readonly #livingReplaced: string[] = [];
  /** Writes under way that nobody waits for any more. */
  readonly #travelling: Travelling[] = [];
  #operations: Operation[] = [];
  #processes: Process[] = [];
  #requests = 0;
  #time = 0;
  #moment = 0;
  #faultsLeft = 0;

  constructor(scenario: Scenario, code: Coordinator, choose: Chooser) {
    this.#scenario = scenario;
    this.#code = code;
    this.#choose = choose;
  }

  async play(): Promise<Played> {
    for (const agent of this.#scenario.before ?? []) await this.#playAll([agent], [], () => 0);
    const begin = this.#branch.state;
    this.#operations = [];
    if (begin > 0) this.#trace.push('– the schedule begins –');

    this.#faultsLeft = this.#scenario.mostFaults ?? 0;
    await this.#playAll(this.#scenario.agents, [...(this.#scenario.happenings ?? [])], this.#choose);
    for (const write of [...this.#travelling]) await this.#take(this.#arrival(write));
    return {
      scenario: this.#scenario,
      branch: this.#branch,
      begin,
      operations: this.#operations,
      livingReplaced: this.#livingReplaced,
      trace: this.#trace,
    };
  }

  async #playAll(agents: readonly Agent[], happenings: Happening[], choose: Chooser): Promise<void> {
    this.#processes = agents.map((agent) => new Process(agent, (process) => this.#runSteps(process)));
    for (const process of this.#processes) await process.start();
    while (this.#processes.some(({ over }) => !over)) {
      const alternatives = [
        ...this.#processes.flatMap((process) => this.#alternativesOf(process)),
        ...this.#travelling.map((write) => this.#arrival(write)),
        ...happenings.map((happening) => this.#happening(happening, happenings)),
      ];
      const chosen = alternatives[alternatives.length === 1 ? 0 : choose(alternatives)];
      if (chosen === undefined) throw new Error('there is no such alternative');
      if (this.#moment > MOST_MOMENTS) throw new Error(`it does not end:\n${this.#trace.slice(-40).join('\n')}`);
      await this.#take(chosen);
    }
  }

  async #take({ label, fault, act }: Alternative): Promise<void> {
    this.#moment += 1;
    this.#time += TICK_MS;
    if (fault) this.#faultsLeft -= 1;
    this.#trace.push(label);
    await act();
  }

  #alternativesOf(process: Process): Alternative[] {
    if (process.parked === null) return [];
    const { operation, what, ways } = process.parked;
    const faults = this.#faultsLeft > 0 ? (this.#scenario.faults ?? []) : [];
    const alternatives = ways()
      .filter(({ fault }) => fault === null || faults.includes(fault))
      .map(({ label, fault, act }) => ({
        label: `${operation.name} ${what}: ${label}`,
        fault: fault !== null,
        act: () => {
          this.#touch(operation);
          const crashing = fault === 'crash';
          const carryOut = (): void => {
            act();
            operation.lastState = this.#branch.state;
          };
          if (!crashing) return process.goOn(carryOut);
          carryOut();
          return process.crash();
        },
      }));
    if (!faults.includes('crash')) return alternatives;
    const label = `${operation.name} crashes before it ${what}`;
    return [...alternatives, { label, fault: true, act: () => process.crash() }];
  }

  #arrival(write: Travelling): Alternative {
    return {
      label: `a write of ${write.operation.name} arrives`,
      fault: false,
      act: () => {
        this.#travelling.splice(this.#travelling.indexOf(write), 1);
        this.#trace.push(this.#apply(write.operation, write.change) === null ? '    too late' : '    carried out');
      },
    };
  }

  #happening(happening: Happening, left: Happening[]): Alternative {
    return {
      label: happening,
      fault: false,
      act: () => {
        left.splice(left.indexOf(happening), 1);
        if (happening === 'neighbour commits') this.#branch.neighbourCommits();
        else this.#branch.open = happening === 'pull request opens';
      },
    };
  }

  async #runSteps(process: Process): Promise<void> {
    const { agent } = process;
    const memory = this.#memories.get(agent.name) ?? noMemory();
    this.#memories.set(agent.name, memory);
    for (const [index, step] of agent.steps.entries()) {
      if ((step.token === 'own' || step.known === true) && memory.token === null) continue;
      const operation = this.#begin(agent, `${agent.name}.${String(index + 1)} ${step.command}`, step, memory);
      operation.outcome = await this.#carryOut(process, operation, step, memory);
      this.#touch(operation);
      this.#trace.push(`    ${operation.name} → ${describe(operation.outcome)}`);
      remember(memory, operation.request, operation.outcome);
    }
  }

  #begin(agent: Agent, name: string, step: Step, memory: Memory): Operation {
    const known = step.known === true ? memory.known : null;
    this.#requests += 1;
    const request = requestOf(agent, step, `request ${String(this.#requests)}`, memory);
    const operation: Operation = {
      name,
      request,
      ask: askOf(request, TARGET),
      startedAt: 0,
      endedAt: 0,
      firstState: 0,
      lastState: 0,
      waits: step.waitMs !== undefined,
      told: [],
      shownVersion: known === null ? 0 : this.#branch.versionAt(this.#branch.stateOf(known.head)),
      outdated: new Set(known === null ? [] : memory.outdatedHeads),
      outdatedWrites: 0,
      staleReads: 0,
      unsettledWrites: 0,
      outcome: null,
    };
    this.#operations.push(operation);
    return operation;
  }

  #carryOut(process: Process, operation: Operation, step: Step, memory: Memory): Promise<Outcome> {
    const facts: Facts = { open: true, liveness: NOTHING_SAID, permission: 'unasked' };
    const clock = this.#clock(process, operation, facts);
    const timeoutMs = this.#scenario.timeoutMs ?? PLENTY_MS;
    const store = faultyStore({
      branch: this.#branch,
      process,
      operation,
      facts,
      apply: (change) => this.#apply(operation, change),
      leave: (change) => void this.#travelling.push({ operation, change }),
      isOver: (owner) => this.#isOver(owner),
    });
    const context = {
      store,
      clock,
      deadline: new Deadline(clock, timeoutMs),
      takeoverPermission: 'unasked' as const,
      ...(step.known === true && memory.known !== null
        ? { known: memory.known, outdatedHeads: memory.outdatedHeads }
        : {}),
      warn: ignore,
      debug: ignore,
    };
    const { coordinate, coordinateWithWaiting } = this.#code;
    if (step.waitMs === undefined) return coordinate(operation.request, context);
    return coordinateWithWaiting(operation.request, {
      ...context,
      waitTimeoutMs: step.waitMs,
      timeoutMs,
      info: ignore,
    });
  }

  /** Time goes on by a tick for every request, and by sleeping; chance is always in the middle. */
  #clock(process: Process, operation: Operation, facts: Facts): Clock {
    const wakeAt = (time: number): void => {
      this.#time = Math.max(this.#time, time);
    };
    return {
      now: () => {
        const now = isoTime(this.#time);
        operation.told.push({ ...facts, now });
        return now;
      },
      monotonic: () => this.#time,
      random: () => 0.5,
      sleep: async (milliseconds) => {
        const until = this.#time + milliseconds;
        if (this.#scenario.sleeps === 'instant') return wakeAt(until);
        await process.park<null>(`sleeps ${String(milliseconds)} ms`, operation, (answer) => [
          { label: 'wakes', fault: null, act: () => (wakeAt(until), answer(null)) },
        ]);
      },
    };
  }

  #apply(operation: Operation, change: Change): string | null {
    const owner = this.#branch.recordAt(this.#branch.state)?.activeRun ?? null;
    const commit = this.#branch.write(change);
    const living = owner !== null && change.event.cause === 'dead' && !this.#isOver(owner);
    if (commit !== null && living) this.#livingReplaced.push(`${operation.name} in ${commit}`);
    return commit;
  }

  /** Whether GitHub would call the workflow run of a tenure completed, or knows of a later attempt. */
  #isOver({ runId, attempt }: { readonly runId: string; readonly attempt: number }): boolean {
    const jobs = this.#processes.filter(({ agent }) => (agent.runId ?? agent.name) === runId);
    if (jobs.some(({ agent }) => (agent.attempt ?? 1) > attempt)) return true;
    const same = jobs.filter(({ agent }) => (agent.attempt ?? 1) === attempt);
    return same.every(({ agent, over, crashed }) => over && (crashed || agent.livesOn !== true));
  }

  /** The first request begins an operation; each one is the last until there is another. */
  #touch(operation: Operation): void {
    if (operation.startedAt === 0) {
      operation.startedAt = this.#moment;
      operation.firstState = this.#branch.state;
      operation.lastState = this.#branch.state;
      operation.endedAt = this.#moment;
    }
    if (operation.outcome === null) operation.endedAt = this.#moment;
  }
}

const isoTimes = new Map<number, string>();

function isoTime(time: number): string {
  const iso = isoTimes.get(time) ?? new Date(START + time).toISOString();
  isoTimes.set(time, iso);
  return iso;
}

function describe(outcome: Outcome): string {
  if (outcome.kind === 'error') {
    return `error ${outcome.failure.code}${outcome.mayHaveWritten ? ', may have written' : ''}`;
  }
  const active = outcome.view?.record?.activeRun ?? null;
  const owner = active === null ? 'nobody' : `${active.runId} with token ${String(active.fencingToken)}`;
  return `${outcome.kind} ${outcome.kind === 'ok' ? outcome.status : outcome.code}; owner: ${owner}`;
}

function ignore(): void {
  // Nobody reads it here.
}
