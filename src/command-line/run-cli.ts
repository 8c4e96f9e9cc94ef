import { EXIT } from '../core/code-table.js';
import { plain } from '../core/text.js';
import { readArguments } from './arguments.js';
import { VERSION } from './version.js';

/** The command line: one command, its words for people on stderr, its answer on stdout with --json, and an exit status. */
export async function runCli(words: readonly string[] = process.argv.slice(2)): Promise<void> {
  // Whoever read along has left: that is no reason to answer anything else.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  try {
    process.exitCode = await statusOf(words);
  } catch (error) {
    // A bug or a fault of the platform: never a stack for people, always a status that grants nothing.
    const stack = process.env['RUNNER_DEBUG'] === '1' && error instanceof Error ? `\n${error.stack ?? ''}` : '';
    const text = error instanceof Error ? plain(error.message) : 'unknown reason';
    process.stderr.write(`runner-coord: A fault in runner-coord or on this machine: ${text}${stack}\n`);
    process.exitCode = EXIT.BROKEN;
  }
}

async function statusOf(words: readonly string[]): Promise<number> {
  const asked = readArguments(words);
  switch (asked.kind) {
    case 'help': {
      const { helpFor } = await import('./help.js');
      const help = helpFor(asked.about);
      process.stdout.write(help.text);
      return help.known ? EXIT.OWNED : EXIT.USAGE;
    }
    case 'version':
      process.stdout.write(`${VERSION}\n`);
      return EXIT.OWNED;
    case 'usage': {
      const help = `runner-coord ${asked.about === null ? '' : `${asked.about} `}--help`;
      process.stderr.write(`runner-coord: ${asked.problem}. See ${help}.\n`);
      return EXIT.USAGE;
    }
    case 'command': {
      const { runCommand } = await import(/* webpackMode: "eager" */ './run-command.js');
      return runCommand(asked);
    }
    case 'board': {
      const { runBoard } = await import('./run-board.js');
      return runBoard(asked);
    }
    case 'sweep': {
      const { runSweep } = await import('./run-sweep.js');
      return runSweep(asked);
    }
    case 'exec': {
      const { runExec } = await import('./exec/run-exec.js');
      return runExec(asked);
    }
    case 'guard': {
      const { runGuard } = await import('./run-guard.js');
      return runGuard(asked.action);
    }
    case 'migrate': {
      const { runMigrate } = await import('./run-migrate.js');
      return runMigrate(asked);
    }
  }
}
