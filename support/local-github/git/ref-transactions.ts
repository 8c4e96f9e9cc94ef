import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { gitEnvironment } from './process.js';

const COMMITTED = 'commit: ok\n';

/**
 * One long-lived `git update-ref --stdin` for one bare repository: git itself locks, compares and moves, and a process for
 * every change would cost more than the rest of a request. It dies of a refusal, and the next transaction starts another.
 * One transaction at a time.
 */
export class RefTransactions {
  #process: ChildProcessWithoutNullStreams | null = null;
  #closed = false;

  constructor(private readonly gitDir: string) {}

  /** Null once git has moved all refs; what git says where it moved none. `lines` as `update-ref --stdin` takes them. */
  run(lines: readonly string[]): Promise<string | null> {
    // A request that outlives its client must not start git again.
    if (this.#closed) return Promise.reject(new Error('The local GitHub was closed.'));
    const git = (this.#process ??= this.#start());
    return new Promise((resolve, reject) => {
      let said = '';
      let complaint = '';
      const hear = (text: Buffer): void => {
        said += text.toString('utf8');
        if (said.endsWith(COMMITTED)) settle(() => resolve(null));
      };
      const hearComplaint = (text: Buffer): void => {
        complaint += text.toString('utf8');
      };
      const onClose = (): void => {
        this.#process = null;
        settle(() => resolve(complaint.trim()));
      };
      const onError = (cause: Error): void => {
        this.#process = null;
        settle(() => reject(cause));
      };
      const settle = (end: () => void): void => {
        git.stdout.off('data', hear);
        git.stderr.off('data', hearComplaint);
        git.off('close', onClose).off('error', onError);
        end();
      };
      git.stdout.on('data', hear);
      git.stderr.on('data', hearComplaint);
      git.on('close', onClose).on('error', onError);
      git.stdin.write(['start', ...lines, 'prepare', 'commit', ''].join('\n'));
    });
  }

  #start(): ChildProcessWithoutNullStreams {
    const git = spawn('git', ['--git-dir', this.gitDir, 'update-ref', '--stdin'], { env: gitEnvironment() });
    git.stdin.on('error', () => undefined); // git may end before it has read everything; what it says tells
    return git;
  }

  close(): void {
    this.#closed = true;
    this.#process?.kill();
    this.#process = null;
  }
}
