import type { Round, Said } from './history.js';
import { isCalled } from './names.js';
import type { StoredRecord } from './record.js';
import type { Replay, Version } from './replay.js';

/** The round and its replayed branch, with the questions that all judges ask. */
export class Context {
  readonly #byId: ReadonlyMap<string, Said>;
  readonly #byStep: ReadonlyMap<string, Said>;
  readonly #posts: ReadonlyMap<string, Said>;

  constructor(
    readonly round: Round,
    readonly branch: Replay,
  ) {
    const { said } = round;
    this.#byId = new Map(said.flatMap((one) => one.seen.requestIds.map((id) => [id, one] as const)));
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

  /** Writes of this step that are on the branch, but for those that only moved the head. */
  landed(said: Said): readonly Version[] {
    return this.#added(said).filter(({ event }) => event?.type !== 'leave');
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
