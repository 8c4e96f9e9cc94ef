import type { coordinate } from '../../src/coordinate/coordinate.js';
import type { coordinateWithWaiting } from '../../src/coordinate/wait.js';
import type { Outcome } from '../../src/core/outcome.js';
import type { ActiveRun } from '../../src/core/record.js';
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
import { isoTime, Machine, takeTime, TICK_MS, type GitHubTime } from './machine.js';
import type { Facts, Operation } from './operation.js';
import { Pasts } from './pasts.js';
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
  /** Whose request it is; `null`: it happens to the branch, or to the pull request. */
  readonly by: Process | null;
  readonly act: () => Promise<void> | void;
}

/**
 * Picks one of several alternatives by its index, or `null`: the schedule is not worth its end.
 *
 * `state` names all that what comes next, and what is judged, can depend on: schedules that come into the same state have
 * the same ways to go on from there, and keep or break the same promises by them.
 */
export type Chooser = (alternatives: readonly Alternative[], state: () => string) => number | null;

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
  /** The past of its agent when it was sent, and so what it says. */
  readonly past: number;
}

/** What one operation begins from. */
interface Beginning {
  readonly request: CoordinationRequest;
  readonly saved: Saved;
  readonly lease: string | null;
  readonly isPost: boolean;
  readonly waitMs?: number;
}

const PLENTY_MS = 1_000_000_000;
const MOST_MOMENTS = 2_000;

/** The state in which every schedule of a scenario begins. */
export interface Start {
  readonly scenario: Scenario;
  readonly code: Coordinator;
  readonly pasts: Pasts;
  readonly branch: Branch;
  readonly memories: ReadonlyMap<string, Memory>;
  readonly holders: ReadonlyMap<number, Run>;
  readonly begun: ReadonlyMap<string, number>;
  readonly livingReplaced: readonly string[];
  readonly freshReplaced: readonly string[];
  readonly trace: readonly string[];
  readonly ms: number;
}

/** Plays what comes before the schedules of a scenario, which is the same for all of them. */
export async function startOf(scenario: Scenario, code: Coordinator): Promise<Start> {
  const nothing = { livingReplaced: [], freshReplaced: [], trace: [], ms: 0, pasts: new Pasts(), branch: new Branch() };
  const start = { scenario, code, ...nothing, memories: new Map(), holders: new Map(), begun: new Map() };
  return new Simulation(start, () => 0).before();
}

/**
 * Plays one schedule of a scenario. Every request and every sleep is a point at which `choose` says who goes on, and how
 * the request fares. A request and its answer are one point: nothing that an agent does between the answer and its next
 * request can be seen by others, so a slow answer is the same as a slow next request, and the span of an operation is
 * taken as short as it can have been.
 *
 * @returns `null` where `choose` gave it up.
 */
export async function simulate(start: Start, choose: Chooser): Promise<Played | null> {
  return new Simulation(start, choose).play();
}

class Simulation {
  readonly #scenario: Scenario;
  readonly #code: Coordinator;
  readonly #choose: Chooser;
  readonly #pasts: Pasts;
  readonly #branch: Branch;
  readonly #memories: Map<string, Memory>;
  readonly #trace: string[];
  readonly #livingReplaced: string[];
  readonly #freshReplaced: string[];
  /** Writes under way that nobody waits for any more. */
  readonly #travelling: Travelling[] = [];
  readonly #time: GitHubTime;
  /** By token: who began or renewed the tenure last, whatever the record says. */
  readonly #holders: Map<number, Run>;
  readonly #operations: Operation[] = [];
  #processes: Process[] = [];
  /** By agent: how many operations it has begun. */
  readonly #begun: Map<string, number>;
  /** All that has changed for others to see, by its number. */
  #past = 0;
  #moment = 0;
  #faultsLeft = 0;

  constructor(start: Start, choose: Chooser) {
    this.#scenario = start.scenario;
    this.#code = start.code;
    this.#choose = choose;
    this.#pasts = start.pasts;
    this.#branch = start.branch.copy();
    this.#memories = new Map([...start.memories].map(([name, memory]) => [name, copyOf(memory)]));
    this.#holders = new Map(start.holders);
    this.#begun = new Map(start.begun);
    this.#livingReplaced = [...start.livingReplaced];
    this.#freshReplaced = [...start.freshReplaced];
    this.#trace = [...start.trace];
    this.#time = { ms: start.ms };
  }

  async before(): Promise<Start> {
    for (const agent of this.#scenario.before ?? []) await this.#playAll([agent], []);
    if (this.#branch.state > 0) this.#trace.push('– the schedule begins –');
    return {
      ...{ scenario: this.#scenario, code: this.#code, pasts: this.#pasts, branch: this.#branch, ms: this.#time.ms },
      ...{ memories: this.#memories, holders: this.#holders, begun: this.#begun, trace: this.#trace },
      ...{ livingReplaced: this.#livingReplaced, freshReplaced: this.#freshReplaced },
    };
  }

  async play(): Promise<Played | null> {
    const begin = this.#branch.state;
    this.#faultsLeft = this.#scenario.mostFaults ?? 0;
    const isOver = await this.#playAll(this.#scenario.agents, [...(this.#scenario.happenings ?? [])]);
    if (!isOver) return null;
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

  /** @returns `false` where it was given up. */
  async #playAll(agents: readonly Agent[], happenings: Happening[]): Promise<boolean> {
    this.#processes = agents.map((agent) => new Process(agent, (process) => this.#runSteps(process)));
    for (const process of this.#processes) await process.start();
    while (this.#processes.some(({ over }) => !over)) {
      const alternatives: Alternative[] = [];
      for (const process of this.#processes) this.#addAlternatives(process, alternatives);
      for (const write of this.#travelling) alternatives.push(this.#arrival(write));
      for (const happening of happenings) alternatives.push(this.#happening(happening, happenings));
      const choice = alternatives.length === 1 ? 0 : this.#choose(alternatives, () => this.#state());
      if (choice === null) return false;
      const chosen = alternatives[choice];
      if (chosen === undefined) throw new Error('there is no such alternative');
      if (this.#moment > MOST_MOMENTS) throw new Error(`it does not end:\n${this.#trace.slice(-40).join('\n')}`);
      await this.#take(chosen);
    }
    return true;
  }

  async #take({ label, fault, by, act }: Alternative): Promise<void> {
    this.#moment += 1;
    if (fault) this.#faultsLeft -= 1;
    this.#trace.push(label);
    if (by !== null) {
      takeTime(by, this.#time);
      this.#note(by, label);
    }
    await act();
  }

  /**
   * What an agent does next, and what is judged of what it did, follows from what it was told, and when; what the others
   * asked in between is nothing to it. So schedules come into the same state by every order of requests that show the same.
   * This has to name all that an agent learns, and all of its surroundings that an answer can depend on.
   */
  #note(process: Process, what: string): void {
    const { state, open, name, topic } = this.#branch;
    const around = `${what},${String(process.ms)},${String(state)},${String(open)},${name},${topic}`;
    process.past = this.#pasts.after(process.past, around);
  }

  /** A write on a head that was replaced is refused whenever it comes, for the name of a commit never comes again. */
  #state(): string {
    const head = this.#branch.headAt(this.#branch.state);
    const mayLand = this.#travelling.filter(({ change }) => isOn(change, head));
    const travelling = mayLand.map(({ past }) => past);
    const pasts = this.#processes.map(({ past }) => past);
    return [
      this.#time.ms,
      this.#past,
      this.#faultsLeft,
      ...pasts,
      ...travelling.sort((one, other) => one - other),
    ].join();
  }

  #addAlternatives(process: Process, alternatives: Alternative[]): void {
    if (process.parked === null) return;
    const { operation, what, ways } = process.parked;
    if (process.agent.diesInLine === true && what === 'looks') {
      const label = `${operation.name} dies in line`;
      return void alternatives.push({ label, fault: false, by: process, act: () => process.crash() });
    }
    const faults = this.#faultsLeft > 0 ? (this.#scenario.faults ?? []) : [];
    // What comes after the post step of a killed job is nothing that it could show; without one a kill is a crash.
    const mayBeKilled = operation.postOf === null && process.agent.steps.some(({ command }) => command === 'post');
    const open = faults.filter((fault) => fault !== 'kill' || mayBeKilled);
    const add = (label: string, isFault: boolean, act: () => Promise<void> | void): void => {
      alternatives.push({ label, fault: isFault, by: process, act });
    };
    for (const { label, fault, act } of ways()) {
      if (fault !== null && !open.includes(fault)) continue;
      add(`${operation.name} ${what}: ${label}`, fault !== null, () => {
        this.#touch(operation, process);
        const carryOut = (): void => {
          act();
          operation.lastState = this.#branch.state;
        };
        if (fault === 'kill') return process.kill(carryOut);
        if (fault !== 'crash') return process.goOn(carryOut);
        carryOut();
        return process.crash();
      });
    }
    const before = (how: string, act: () => Promise<void> | void): void =>
      add(`${operation.name} ${how} before it ${what}`, true, act);
    if (open.includes('crash')) before('crashes', () => process.crash());
    if (open.includes('kill')) before('is killed', () => process.kill(ignore));
  }

  #arrival(write: Travelling): Alternative {
    return {
      label: `a write of ${write.operation.name} arrives`,
      fault: false,
      by: null,
      act: () => {
        this.#travelling.splice(this.#travelling.indexOf(write), 1);
        this.#trace.push(this.#apply(write) === null ? '    too late' : '    carried out');
      },
    };
  }

  #happening(happening: Happening, left: Happening[]): Alternative {
    return {
      label: happening,
      fault: false,
      by: null,
      act: () => {
        left.splice(left.indexOf(happening), 1);
        this.#time.ms += TICK_MS;
        const branch = this.#branch;
        if (happening === 'neighbour commits') branch.neighbourCommits();
        else if (happening === 'repository renamed') branch.rename();
        else if (happening === 'sweep') branch.sweep();
        else if (happening === 'somebody else pushes') branch.foreignPush();
        else branch.open = happening === 'pull request opens';
        this.#past = this.#pasts.after(
          this.#past,
          `${happening}, state ${String(branch.state)}, ${this.#branch.topic}`,
        );
      },
    };
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
    this.#note(process, `token ${String(token)}`);
    if (step.token !== undefined && token === null) return false;
    const saved: Saved = { phase: 'none', writes: [], tenure: null };
    memory.saved.push(saved);
    // The checkout is as new as the step, and has one commit more.
    const head = this.#branch.topic;
    const commit = step.command === 'push' ? this.#branch.newCommit(head) : null;
    if (commit !== null) this.#note(process, `has ${commit}`);
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
    this.#answered(operation, outcome, process);
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
      this.#answered(operation, await this.#carryOut(process, operation, machine, beginning), process);
    }
  }

  #answered(operation: Operation, outcome: Outcome, process: Process): void {
    operation.outcome = outcome;
    process.answers += 1;
    this.#touch(operation, process);
    this.#trace.push(`    ${operation.name} → ${describe(outcome)}`);
  }

  #tokenOf(name: string | undefined): number | null {
    return name === undefined ? null : (this.#memories.get(name)?.token ?? null);
  }

  #begin(agent: Agent, name: string, { request, saved, lease, isPost, waitMs }: Beginning): Operation {
    const known = isPost ? saved.tenure : null;
    this.#begun.set(agent.name, (this.#begun.get(agent.name) ?? 0) + 1);
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
    const { name } = process.agent;
    const prefix = `${name} ${String(this.#begun.get(name))}`;
    const beganMs = clock.monotonic();
    const timeoutMs = this.#scenario.timeoutMs ?? PLENTY_MS;
    const context = {
      store: faultyStore({
        ...{ branch: this.#branch, process, operation, facts },
        time: () => clock.serverTime(),
        apply: (change) => this.#apply({ operation, change, past: process.past }),
        leave: (change) => void this.#travelling.push({ operation, change, past: process.past }),
        isOver: (owner) => this.#isOver(owner),
        hasLeft: (place) => this.#isOver(place),
      }),
      stateBranch: 'runner-coord-state',
      clock,
      deadline: new Deadline(clock, timeoutMs),
      newId: () => {
        const id = `${prefix}.${String(operation.ids.size + 1)}`;
        operation.ids.add(id);
        const isTimeUp = waitMs !== undefined && clock.monotonic() >= beganMs + waitMs;
        // Every field by its name: this is called so often that a spread would be felt.
        const { target, tokenFloor, open, liveness, waiters, permission, branch } = facts;
        const [now, ownWrites] = [clock.gitHubNow, [...operation.sent]];
        const asked = { target, tokenFloor, open, liveness, waiters, permission, branch, id, now, ownWrites, isTimeUp };
        operation.told.push(asked);
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

  #apply({ operation, change, past }: Travelling): string | null {
    const owner = this.#branch.recordAt(this.#branch.state)?.activeRun ?? null;
    const commit = this.#branch.write(change);
    if (commit === null) return null;
    this.#time.ms += TICK_MS;
    const { type, cause, entry } = change.event;
    const begun = change.next.activeRun?.fencingToken ?? null;
    const holder = owner === null ? null : (this.#holders.get(owner.fencingToken) ?? owner);
    if (begun !== null && ['claim', 'takeover', 'refresh'].includes(type)) {
      this.#holders.set(begun, operation.request.run);
    }
    const served = this.#operations.find(({ ids }) => type === 'handover' && entry !== undefined && ids.has(entry));
    if (begun !== null && served !== undefined) this.#holders.set(begun, served.request.run);
    const what = `${operation.name} in ${commit}`;
    const isLivingReplaced = cause === 'dead' && holder !== null && !this.#isOver(holder);
    if (isLivingReplaced) this.#livingReplaced.push(what);
    if (cause === 'stale' && owner !== null && this.#isFresh(owner, operation)) this.#freshReplaced.push(what);
    this.#past = this.#pasts.after(
      this.#past,
      `commit after ${String(past)}, ${String(isLivingReplaced)}, ${this.#branch.topic}`,
    );
    return commit;
  }

  #isFresh({ claimedAt, updatedAt }: ActiveRun, { ask }: Operation): boolean {
    const renewed = Math.max(...[claimedAt, updatedAt].map((time) => Date.parse(time ?? '')));
    return Date.parse(isoTime(this.#time.ms)) - renewed <= ask.staleAfterMs;
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
  #touch(operation: Operation, process: Process): void {
    if (operation.startedAt === 0) {
      // What is judged depends on what had been answered by then.
      this.#note(process, `begins after ${this.#processes.map(({ answers }) => answers).join()}`);
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

function copyOf({ token, saved }: Memory): Memory {
  return { token, saved: saved.map((one) => ({ ...one })) };
}

/** A broken coordinator names no head, and its writes land on any. */
function isOn({ expectedHead }: Partial<Change>, head: string | null): boolean {
  return expectedHead === undefined || expectedHead === head;
}

function ignore(): void {
  // Nobody reads it here.
}
