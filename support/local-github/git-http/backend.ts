import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { join } from 'node:path';
import type { Answer } from '../faults/plan.js';
import { gitEnvironment } from '../git/process.js';
import { packageRoot } from '../package-root.js';

export type HookName = 'pre-receive' | 'update' | 'reference-transaction';

export interface HookQuestion {
  readonly hook: HookName;
  /** What git told the hook: the quarantine, the ref with its old and new oid, or the state of the transaction. */
  readonly words: readonly string[];
}

export interface HookAnswer {
  /** Lines for the pusher's terminal. */
  readonly says: readonly string[];
  readonly accepts: boolean;
}

export interface BackendCall {
  readonly gitDir: string;
  /** Below the repository, with its slash. */
  readonly below: string;
  readonly method: string;
  readonly query: string;
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly login: string | null;
  /** Settings of git for this one request. */
  readonly config: Readonly<Record<string, string>>;
  /** Which hooks ask; the others do not run. */
  readonly hooks: readonly HookName[];
  readonly onQuestion: (question: HookQuestion) => Promise<HookAnswer>;
  /** The local GitHub ends: git is not waited for any more. */
  readonly ending: AbortSignal;
}

let program: string | null = null;

/** Where it lies, to start it without the `git` that would only start it and wait. */
function backendProgram(): string {
  program ??= join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend');
  return program;
}

/** Git's own server for one request, as a CGI program over the repository that the API serves. */
export function runBackend(call: BackendCall): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // Git hands the two further descriptors on to its hooks: that is how they ask.
    const child = spawn(backendProgram(), [], {
      env: environment(call),
      stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
    });
    const stop = (): void => void child.kill();
    call.ending.addEventListener('abort', stop, { once: true });
    const output: Buffer[] = [];
    const complaint: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => complaint.push(chunk));
    const line = answerHooks(child, call);
    child.on('error', reject);
    child.on('exit', () => line.destroy()); // a hook that still waits gets an end of file
    child.on('close', () => {
      call.ending.removeEventListener('abort', stop);
      const answer = parseCgi(Buffer.concat(output));
      if (answer !== null) resolve(answer);
      else if (call.ending.aborted) resolve({ status: 500, headers: {}, body: 'The local GitHub has been closed.' });
      else reject(new Error(`git http-backend gave no answer: ${Buffer.concat(complaint).toString('utf8')}`));
    });
    child.stdin?.on('error', () => undefined); // git may refuse before it has read everything; its answer tells
    child.stdin?.end(call.body);
  });
}

function answerHooks(child: ChildProcess, { onQuestion }: BackendCall): Writable {
  const questions = child.stdio[3] as Readable;
  const answers = child.stdio[4] as Writable;
  answers.on('error', () => undefined); // the hook has gone
  let heard = '';
  questions.on('data', (chunk: Buffer) => {
    const lines = (heard + chunk.toString('utf8')).split('\n');
    heard = lines.pop() ?? '';
    for (const line of lines) {
      const [hook = '', ...words] = line.split(' ');
      void onQuestion({ hook: hook as HookName, words }).then(({ says, accepts }) => {
        const spoken = says.map((text) => `say:${text}\n`).join('');
        answers.write(`${spoken}${accepts ? 'accept' : 'decline'}\n`);
      });
    }
  });
  return answers;
}

function environment(call: BackendCall): NodeJS.ProcessEnv {
  const config = Object.entries({
    'http.receivepack': 'true',
    'receive.autogc': 'false',
    'receive.unpackLimit': '1000', // loose objects are what the API reads fastest
    'uploadpack.allowFilter': 'true',
    'uploadpack.allowAnySHA1InWant': 'true',
    'core.hooksPath': join(packageRoot(), 'support/local-github/git-http/hooks'),
    ...call.config,
  });
  const numbered = config.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  const { headers, login } = call;
  return {
    ...gitEnvironment(),
    ...(Object.fromEntries(numbered) as Record<string, string>),
    GIT_CONFIG_COUNT: String(config.length),
    GIT_PROJECT_ROOT: call.gitDir,
    GIT_HTTP_EXPORT_ALL: '1',
    LOCAL_GITHUB_HOOKS: call.hooks.join(' '),
    PATH_INFO: call.below,
    REQUEST_METHOD: call.method,
    QUERY_STRING: call.query,
    REMOTE_ADDR: '127.0.0.1',
    CONTENT_LENGTH: String(call.body.length),
    CONTENT_TYPE: headers['content-type'] ?? '',
    ...(login === null ? {} : { REMOTE_USER: login }),
    ...(headers['content-encoding'] === undefined ? {} : { HTTP_CONTENT_ENCODING: headers['content-encoding'] }),
    ...(headers['git-protocol'] === undefined ? {} : { GIT_PROTOCOL: headers['git-protocol'] }),
  };
}

/** Headers, an empty line and the body; the status is a header too. Null where the program died before its headers. */
function parseCgi(output: Buffer): Answer | null {
  const end = output.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const lines = output.toString('latin1', 0, end).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const { status = '200', ...others } = headers;
  return { status: Number.parseInt(status, 10), headers: others, body: output.subarray(end + 4) };
}
