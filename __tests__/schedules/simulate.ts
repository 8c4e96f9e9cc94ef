import type { coordinate } from '../../src/coordinate/coordinate.js';
import type { coordinateWithWaiting } from '../../src/coordinate/wait.js';
import type { Outcome } from '../../src/core/outcome.js';
import type { CoordinationRequest } from '../../src/core/request.js';
import type { Run } from '../../src/core/run.js';
import type { Change, Snapshot } from '../../src/store/state-store.js';
import { Deadline } from '../../src/time/deadline.js';
import { askOf } from '../model/translate.js';
import { Branch, FIRST_NAME } from './branch.js';
import { faultyStore } from './faulty-store.js';
import {
  noteOutcome,
  noteToken,
  noteWrite,
  postRequestOf,
  requestOf,
  workflowRunOf,
  type Memory,
  type Saved,
} from './job.js';
import { isoTime, Machine, type GitHubTime } from './machine.js';
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
  /** Commits that replaced an owner as stale although it had renewed in time. */
  readonly freshReplaced: readonly string[];
  /** What happened, in order. */
  readonly trace: readonly string[];
}

interface Travelling {
  readonly operation: Operation;
  readonly change: Change;
}

/** What one operation begins from. */
interface Beginning {
  readonly request: CoordinationRequest;
  readonly saved: Saved;
  readonly lease: string | null;
  readonly isPost: boolean;
  readonly waitMs?: number;
}

const TICK_MS = 10;
const PLENTY_MS = 1_000_000_000;
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
  readonly #freshReplaced: string[] = [];
  /** Writes under way that nobody waits for any more. */
  readonly #travelling: Travelling[] = [];
  readonly #time: GitHubTime = { ms: 0 };
  /** By token: who began or renewed the tenure last, whatever the record says. */
  readonly #holders = new Map<number, Run>();
  #operations: Operation[] = [];
  #processes: Process[] = [];
  #begun = 0;
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
      freshReplaced: this.#freshReplaced,
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
    this.#time.ms += TICK_MS;
    if (fault) this.#faultsLeft -= 1;
    this.#trace.push(label);
    await act();
  }

  #alternativesOf(process: Process): Alternative[] {
    if (process.parked === null) return [];
    const { operation, what, ways } = process.parked;
    if (process.agent.diesInLine === true && what === 'looks') {
      return [{ label: `${operation.name} dies in line`, fault: false, act: () => process.crash() }];
    }
    const faults = this.#faultsLeft > 0 ? (this.#scenario.faults ?? []) : [];
    // What comes after the post step of a killed job is nothing that it could show; without one a kill is a crash.
    const mayBeKilled = operation.postOf === null && process.agent.steps.some(({ command }) => command === 'post');
    const open = faults.filter((fault) => fault !== 'kill' || mayBeKilled);
    const alternatives = ways()
      .filter(({ fault }) => fault === null || open.includes(fault))
      .map(({ label, fault, act }) => ({
        label: `${operation.name} ${what}: ${label}`,
        fault: fault !== null,
        act: () => {
          this.#touch(operation);
          const carryOut = (): void => {
            act();
            operation.lastState = this.#branch.state;
          };
          if (fault === 'kill') return process.kill(carryOut);
          if (fault !== 'crash') return process.goOn(carryOut);
          carryOut();
          return process.crash();
        },
      }));
    const before = (how: string, act: () => Promise<void> | void): Alternative => ({
      label: `${operation.name} ${how} before it ${what}`,
      fault: true,
      act,
    });
    return [
      ...alternatives,
      ...(open.includes('crash') ? [before('crashes', () => process.crash())] : []),
      ...(open.includes('kill') ? [before('is killed', () => process.kill(ignore))] : []),
    ];
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
        const branch = this.#branch;
        if (happening === 'neighbour commits') branch.neighbourCommits();
        else if (happening === 'repository renamed') branch.rename();
        else if (happening === 'sweep') this.#sweep();
        else if (happening === 'somebody else pushes') branch.foreignPush();
        else branch.open = happening === 'pull request opens';
      },
    };
  }

  /** Only what nobody has touched for months is swept, and so never what a step has just written. */
  #sweep(): void {
    const isAtWork = this.#operations.some(({ outcome, unsettledWrites }) => outcome === null && unsettledWrites > 0);
    if (!isAtWork) this.#branch.sweep();
  }

  /** A step that is killed ends the job; its post steps still run. */
  async #runSteps(process: Process): Promise<void> {
    const { agent } = process;
    const memory = this.#memories.get(agent.name) ?? { token: null, saved: [] };
    this.#memories.set(agent.name, memory);
    let isKilled = false;
    for (const [index, step] of agent.steps.entries()) {
      const name = `${agent.name}.${String(index + 1)} ${step.command}`;
      if (step.command === 'post') await this.#runPosts(process, name, memory);
      else if (!isKilled) isKilled = await this.#runMain(process, name, step, memory);
    }
  }

  /** @returns whether it was killed. */
  async #runMain(process: Process, name: string, step: Step, memory: Memory): Promise<boolean> {
    const { agent } = process;
    const token = step.token === 'own' ? memory.token : this.#tokenOf(step.token?.of);
    if (step.token !== undefined && token === null) return false;
    const saved: Saved = { phase: 'none', writes: [], tenure: null };
    memory.saved.push(saved);
    // The checkout is as new as the step, and has one commit more.
    const head = this.#branch.topic;
    const commit = step.command === 'push' ? this.#branch.newCommit(head) : null;
    const { waitMs, lease: isLeased = false, dryRun = false } = step;
    const publication = commit === null ? null : { commit, branch: null, isLeased, dryRun };
    const request = requestOf(agent, step, token, this.#scenario.timeoutMs ?? PLENTY_MS, publication);
    const lease = isLeased ? head : null;
    const beginning = { request, saved, lease, isPost: false, ...(waitMs === undefined ? {} : { waitMs }) };
    const operation = this.#begin(agent, name, beginning);
    const machine = this.#machineOf(process, operation);
    const outcome = await Promise.race([process.ended(), this.#carryOut(process, operation, machine, beginning)]);
    if (outcome === null) {
      this.#trace.push(`    ${name} was killed`);
      return true;
    }
    this.#answered(operation, outcome);
    noteOutcome(saved, outcome, machine.now());
    noteToken(memory, request, outcome);
    return false;
  }

  async #runPosts(process: Process, name: string, memory: Memory): Promise<void> {
    for (const saved of memory.saved.splice(0).reverse()) {
      const request = postRequestOf(process.agent, saved);
      if (request === null) continue;
      const beginning = { request, saved, lease: null, isPost: true };
      const operation = this.#begin(process.agent, name, beginning);
      const machine = this.#machineOf(process, operation);
      this.#answered(operation, await this.#carryOut(process, operation, machine, beginning));
    }
  }

  #answered(operation: Operation, outcome: Outcome): void {
    operation.outcome = outcome;
    this.#touch(operation);
    this.#trace.push(`    ${operation.name} → ${describe(outcome)}`);
  }

  #tokenOf(name: string | undefined): number | null {
    return name === undefined ? null : (this.#memories.get(name)?.token ?? null);
  }

  #begin(agent: Agent, name: string, { request, saved, lease, isPost, waitMs }: Beginning): Operation {
    const known = isPost ? saved.tenure : null;
    this.#begun += 1;
    const operation: Operation = {
      name,
      request,
      ask: askOf(request),
      repo: agent.knowsPresentName === true ? this.#branch.name : FIRST_NAME,
      lease,
      postOf: isPost ? saved.writes : null,
      ids: new Set(),
      sent: new Set(),
      byOldName: false,
      startedAt: 0,
      endedAt: 0,
      firstState: 0,
      lastState: 0,
      waits: waitMs !== undefined,
      told: [],
      shownVersion: known === null ? 0 : this.#branch.versionAt(this.#branch.stateOf(known.head)),
      refused: new Map(),
      outdated: new Set(known?.outdatedHeads),
      outdatedWrites: 0,
      staleReads: 0,
      unsettledWrites: 0,
      outcome: null,
    };
    this.#operations.push(operation);
    return operation;
  }

  #machineOf(process: Process, operation: Operation): Machine {
    return new Machine(process, operation, this.#time, this.#scenario.sleeps ?? 'points');
  }

  #carryOut(process: Process, operation: Operation, clock: Machine, beginning: Beginning): Promise<Outcome> {
    const { request, saved, isPost, waitMs } = beginning;
    const tenure = isPost ? saved.tenure : null;
    const known = tenure === null ? null : this.#knownFrom(tenure, clock);
    const facts: Facts = {
      target: known?.target ?? this.#branch.read(0).target,
      tokenFloor: 0,
      open: false,
      liveness: new Map(),
      waiters: new Map(),
      permission: isPost ? 'denied' : 'unasked',
      branch: null,
    };
    const name = String(this.#begun);
    const beganMs = this.#time.ms;
    const timeoutMs = this.#scenario.timeoutMs ?? PLENTY_MS;
    const context = {
      store: faultyStore({
        ...{ branch: this.#branch, process, operation, facts },
        time: () => clock.serverTime(),
        apply: (change) => this.#apply(operation, change),
        leave: (change) => void this.#travelling.push({ operation, change }),
        isOver: (owner) => this.#isOver(owner),
        hasLeft: (place) => this.#isOver(place),
      }),
      stateBranch: 'runner-coord-state',
      clock,
      deadline: new Deadline(clock, timeoutMs),
      newId: () => {
        const id = `w${name}.${String(operation.ids.size + 1)}`;
        operation.ids.add(id);
        const isTimeUp = waitMs !== undefined && this.#time.ms >= beganMs + waitMs;
        operation.told.push({ ...facts, id, now: isoTime(this.#time.ms), ownWrites: [...operation.sent], isTimeUp });
        return id;
      },
      takeoverPermission: isPost ? ('denied' as const) : ('unasked' as const),
      repositoryId: 7,
      ...(known === null ? {} : { known }),
      outdatedHeads: tenure?.outdatedHeads ?? [],
      beforeWrite: (event: Change['event']) => {
        if (event.id !== null) operation.sent.add(event.id);
        if (!isPost) noteWrite(saved, event);
      },
      warn: ignore,
      debug: ignore,
    };
    const { coordinate, coordinateWithWaiting } = this.#code;
    if (waitMs === undefined) return coordinate(request, context);
    return coordinateWithWaiting(request, { ...context, waitTimeoutMs: waitMs, timeoutMs, info: ignore });
  }

  /** What the post step has of its main step, by the machine's clock and the difference that main saw. */
  #knownFrom({ record, head, clockOffsetMs }: NonNullable<Saved['tenure']>, machine: Machine): Snapshot {
    return {
      target: record.target,
      head,
      reading: { kind: 'record', record },
      tokenFloor: 0,
      pullRequest: null,
      time: { serverMs: Date.parse(machine.now()) + clockOffsetMs, monotonicMs: machine.monotonic() },
    };
  }

  #apply(operation: Operation, change: Change): string | null {
    const owner = this.#branch.recordAt(this.#branch.state)?.activeRun ?? null;
    const commit = this.#branch.write(change);
    const { type, cause, entry } = change.event;
    const begun = change.next.activeRun?.fencingToken ?? null;
    const holder = owner === null ? null : (this.#holders.get(owner.fencingToken) ?? owner);
    if (commit !== null && begun !== null && ['claim', 'takeover', 'refresh'].includes(type)) {
      this.#holders.set(begun, operation.request.run);
    }
    const served = this.#operations.find(({ ids }) => type === 'handover' && entry !== undefined && ids.has(entry));
    if (commit !== null && begun !== null && served !== undefined) this.#holders.set(begun, served.request.run);
    if (commit === null || owner === null || holder === null) return commit;
    const what = `${operation.name} in ${commit}`;
    if (cause === 'dead' && !this.#isOver(holder)) this.#livingReplaced.push(what);
    const { staleAfterMs } = operation.ask;
    const renewed = Math.max(...[owner.claimedAt, owner.updatedAt].map((time) => Date.parse(time ?? '')));
    if (cause === 'stale' && Date.parse(isoTime(this.#time.ms)) - renewed <= staleAfterMs)
      this.#freshReplaced.push(what);
    return commit;
  }

  /** Whether GitHub would call the workflow run of a tenure completed, in an attempt not older than the tenure's. */
  #isOver({ holder, attempt }: Pick<Run, 'holder' | 'attempt'>): boolean {
    const jobs = this.#processes.filter(({ agent }) => workflowRunOf(agent) === holder?.workflowRunId);
    const newest = Math.max(0, ...jobs.map(({ agent }) => agent.attempt ?? 1));
    if (jobs.length > 0 && newest < attempt) return false;
    const same = jobs.filter(({ agent }) => (agent.attempt ?? 1) === newest);
    return same.every(({ agent, over, crashed }) => over && (crashed || agent.livesOn !== true));
  }

  /** The first request begins an operation; each one is the last until there is another. */
  #touch(operation: Operation): void {
    if (operation.startedAt === 0) {
      operation.startedAt = this.#moment;
      operation.firstState = this.#branch.state;
      operation.lastState = this.#branch.state;
      operation.endedAt = this.#moment;
      operation.byOldName = operation.repo !== this.#branch.name;
    }
    if (operation.outcome === null) operation.endedAt = this.#moment;
  }
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
