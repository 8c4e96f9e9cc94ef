export interface BranchRule {
  /** `*` stands for anything. */
  readonly pattern: string;
  readonly message: string;
  /** Forbids that a branch comes into being, and nothing else. */
  readonly onlyCreation: boolean;
}

/** Rulesets of one repository. */
export class BranchRules {
  #rules: BranchRule[] = [];

  add(rule: BranchRule): void {
    this.#rules.push(rule);
  }

  remove(pattern: string): void {
    this.#rules = this.#rules.filter((rule) => rule.pattern !== pattern);
  }

  /** The rule that forbids writing to a branch, or null. */
  against(branch: string, isCreation: boolean): BranchRule | null {
    const found = this.#rules.find(
      (rule) => (isCreation || !rule.onlyCreation) && matchesPattern(rule.pattern, branch),
    );
    return found ?? null;
  }
}

/** `*` stands for anything. */
export function matchesPattern(pattern: string, branch: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(branch);
}
