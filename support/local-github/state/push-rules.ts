import type { PushRule } from '../types.js';
import { matchesPattern } from './rules.js';

/** What one repository asks of pushes, beside the rules that hold for the API too. */
export class PushRules {
  #rules: PushRule[] = [];

  add(rule: PushRule): void {
    this.#rules.push(rule);
  }

  clear(): void {
    this.#rules = [];
  }

  has(kind: PushRule['kind']): boolean {
    return this.#rules.some((rule) => rule.kind === kind);
  }

  /** The rules of one kind that concern a branch. */
  of<Kind extends PushRule['kind']>(kind: Kind, branch: string): Extract<PushRule, { kind: Kind }>[] {
    return this.#rules
      .filter((rule): rule is Extract<PushRule, { kind: Kind }> => rule.kind === kind)
      .filter((rule) => matchesPattern(rule.pattern ?? '*', branch));
  }
}
