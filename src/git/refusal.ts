import { firstLine } from './run-git.js';

/** Why git, or a folder, is not fit for what is wanted. */
export interface Refusal {
  readonly kind: 'refused';
  /** Without a full stop. */
  readonly problem: string;
  readonly advice: string;
}

export function refused(problem: string, advice: string): Refusal {
  return { kind: 'refused', problem, advice };
}

/** Major and minor number of what `git --version` says; an answer of another form is of version 0. */
export function versionOf(said: string): readonly [number, number] {
  const [, major = '0', minor = '0'] = /^git version (\d+)\.(\d+)/.exec(said) ?? [];
  return [Number(major), Number(minor)];
}

export function isNewEnough([major, minor]: readonly [number, number], oldest: readonly [number, number]): boolean {
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

/** @param said what git said to the first question about the folder. */
export function noRepository(folder: string, said: string): Refusal {
  // The words changed with 2.36.
  if (/dubious ownership|unsafe repository/.test(said)) {
    const [command = 'git config --global --add safe.directory <folder>'] = /git config --global .+/.exec(said) ?? [];
    return refused(
      `The repository in ${folder} belongs to another user, so git refuses to work there`,
      `Run \`${command}\` before this step.`,
    );
  }
  if (/not a git repository/.test(said)) {
    return refused(
      `There is no git repository in ${folder}`,
      'Run actions/checkout before this step, with git installed; if it has a `path`, name that folder.',
    );
  }
  return refused(`Git does not work in ${folder}: ${firstLine(said) || 'it said nothing'}`, 'Run `git status` there.');
}
