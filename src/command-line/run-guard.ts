import { EXIT } from '../core/code-table.js';
import { guardVariables, installGuard, removeGuard } from '../guard/index.js';
import { ownCommandLine } from './own-command.js';
import { say } from './say.js';

/** Installs or removes the push guard in the repository that this is called in. */
export async function runGuard(action: 'install' | 'uninstall'): Promise<number> {
  const { execPath, cli } = ownCommandLine();
  const answer =
    action === 'install'
      ? await installGuard(process.cwd(), [execPath, cli, 'assert'], { env: guardVariables(process.env) })
      : await removeGuard(process.cwd());
  if (answer.kind === 'refused') {
    say.info(`error: ${answer.problem}. ${answer.advice}`);
    return EXIT.USAGE;
  }
  const words = {
    installed: `Every git push from this repository now asks first whether this run owns the pull request (${answer.hook}).`,
    removed: `The guard is removed (${answer.hook}).`,
    not_there: 'There is no guard in this repository.',
  };
  say.info(words[answer.kind]);
  if (answer.note !== null) say.warn(answer.note);
  return EXIT.OWNED;
}
