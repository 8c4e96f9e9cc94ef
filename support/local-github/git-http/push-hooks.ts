import type { RequestContext } from '../context.js';
import type { Repository } from '../state/repository.js';
import type { RefCommand } from '../types.js';
import type { HookAnswer, HookName, HookQuestion } from './backend.js';
import { largeFiles, refusalOf } from './refusals.js';

const ACCEPTED: HookAnswer = { says: [], accepts: true };

/** What happens inside of one push: planted rivals, and GitHub's rules. */
export class PushHooks {
  /** Ref → what GitHub says of it where git says that a hook declined. */
  readonly reasons = new Map<string, string>();
  #isFirstRef = true;
  #release: (() => void) | null = null;
  #hasEnded = false;

  constructor(
    private readonly context: RequestContext,
    private readonly repository: Repository,
    private readonly commands: readonly RefCommand[],
  ) {}

  /** A hook that has nothing to ask is not waited for. */
  wanted(): HookName[] {
    const { beforeCheck } = this.context.injections;
    return [
      'update',
      'reference-transaction',
      ...(beforeCheck === undefined && !this.repository.pushRules.has('large files') ? [] : ['pre-receive' as const]),
    ];
  }

  /** What fails here fails the push, and is told as a violation. */
  async answer(question: HookQuestion): Promise<HookAnswer> {
    try {
      return await this.#answer(question);
    } catch (cause) {
      const text = `inside of ${question.hook}: ${String(cause)}`;
      this.context.world.violations.push(text);
      return { says: [`The local GitHub failed ${text}`], accepts: false };
    }
  }

  async #answer({ hook, words }: HookQuestion): Promise<HookAnswer> {
    switch (hook) {
      case 'pre-receive':
        return this.#preReceive(words.join(' '));
      case 'update':
        return this.#update(words[0] ?? '');
      case 'reference-transaction':
        return this.#prepared();
    }
  }

  async #preReceive(quarantine: string): Promise<HookAnswer> {
    await this.#meanwhile('beforeCheck');
    const says = await largeFiles(this.repository, this.commands, quarantine);
    return says === null ? ACCEPTED : { says, accepts: false };
  }

  /** Git asks for each ref, and compares none before it has asked for all of an atomic push. */
  async #update(ref: string): Promise<HookAnswer> {
    if (this.#isFirstRef) {
      this.#isFirstRef = false;
      await this.#meanwhile('betweenCheckAndUpdate');
    }
    const command = this.commands.find((candidate) => candidate.ref === ref);
    const refusal = command === undefined ? null : await refusalOf(this.context, this.repository, command);
    if (refusal === null) return ACCEPTED;
    this.reasons.set(ref, refusal.reason);
    return { says: refusal.says, accepts: false };
  }

  /** One transaction for an atomic push, one a ref for any other. */
  async #prepared(): Promise<HookAnswer> {
    if (this.#release !== null) return ACCEPTED;
    await this.#meanwhile('whileLocked');
    this.#release = await this.repository.store.refs.hold();
    if (this.#hasEnded) this.#release(); // git was stopped while it waited for its turn
    return ACCEPTED;
  }

  /** To be called when git has ended, however that was. */
  end(): void {
    this.#hasEnded = true;
    this.#release?.();
  }

  async #meanwhile(when: 'beforeCheck' | 'betweenCheckAndUpdate' | 'whileLocked'): Promise<void> {
    const ref = this.commands[0]?.ref ?? '';
    await this.context.injections[when]?.({ repository: this.repository, ref });
  }
}
