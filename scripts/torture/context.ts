import type { Round, Said } from './history.js';
import { isCalled } from './names.js';
import type { StoredRecord } from './record.js';
import type { Replay, Version } from './replay.js';

/** The round and its replayed branch, with the questions that all judges ask. */
export class Context {
  readonly #byId: ReadonlyMap<string, Said>;
  readonly #byStep: ReadonlyMap<string, Said>;
  readonly #posts: ReadonlyMap<string, Said>;
  /** By place: the versions that served it. */
  readonly #services = new Map<string, Version[]>();

  constructor(
    readonly round: Round,
    readonly branch: Replay,
  ) {
    const { said } = round;
    this.#byId = new Map(said.flatMap((one) => one.seen.requestIds.map((id) => [id, one] as const)));
    for (const version of [...branch.versions.values()].flat()) {
      const entry = version.handover?.entry;
      if (entry !== undefined) this.#services.set(entry, [...(this.#services.get(entry) ?? []), version]);
    }
    this.#byStep = new Map(said.map((one) => [one.step, one]));
    this.#posts = new Map(said.flatMap((one) => (one.post === undefined ? [] : [[one.post.mainStep, one] as const])));
  }

  /** Whose write it was. */
  authorOf(id: string): Said | undefined {
    return this.#byId.get(id);
  }

  step(name: string): Said | undefined {
    return this.#byStep.get(name);
  }

  postOf({ step }: Said): Said | undefined {
    return this.#posts.get(step);
  }

  /**
   * Writes of this step that are on the branch and changed something for it: none that only moved the head, took or left a
   * place in line, or gave to another what had been left.
   */
  landed(said: Said): readonly Version[] {
    return this.#added(said).filter(({ event }) => {
      if (event?.type === 'handover') return event.runId === said.runId;
      return event !== null && event.type !== 'leave' && event.type !== 'join';
    });
  }

  /** The hand-overs to the places that this step took. */
  servedOf({ seen }: Said): readonly Version[] {
    return seen.requestIds.flatMap((id) => this.servicesOf(id));
  }

  /** Whether it handed over to somebody else what it found left. */
  gaveTo(said: Said): boolean {
    return this.#added(said).some(({ event }) => event?.type === 'handover' && event.runId !== said.runId);
  }

  servicesOf(place: string): readonly Version[] {
    return this.#services.get(place) ?? [];
  }

  /** Places that this step has in line at a commit. */
  placesOf({ seen, pr }: Said, index: number): number {
    return this.recordAt(pr, index)?.queue.filter(({ id }) => seen.requestIds.includes(id)).length ?? 0;
  }

  /** Writes of its own that kept others from landing. */
  left(said: Said): readonly Version[] {
    return this.#added(said).filter(({ event }) => event?.type === 'leave');
  }

  /** The newest version of a record at or before a commit. */
  versionAt(pr: number, index: number): Version | null {
    return this.branch.versions.get(pr)?.findLast((version) => version.index <= index) ?? null;
  }

  recordAt(pr: number, index: number): StoredRecord | null {
    return this.versionAt(pr, index)?.record ?? null;
  }

  /** The newest commit that was certainly on the branch at a moment. */
  lastIndexBefore(moment: number): number {
    return this.branch.commits.findLastIndex(({ to }) => to <= moment);
  }

  livenessUnsure(said: Said): boolean {
    return said.seen.livenessUnsure || this.#metRename(said);
  }

  permissionUnsure(said: Said): boolean {
    return said.seen.permissionUnsure || this.#metRename(said);
  }

  /** What is asked beside the record is asked under one name, which may have become a former one in between. */
  #metRename({ repo, start, end }: Said): boolean {
    return !isCalled(this.round.names, repo, start, end);
  }

  #added({ seen }: Said): readonly Version[] {
    return seen.requestIds.flatMap((id) => this.branch.added.get(id) ?? []);
  }
}
