import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A `git` for the PATH that notes how it is called, and is the real one behind that. */

export interface GitCall {
  readonly args: readonly string[];
  /** Its environment, a line each. */
  readonly env: readonly string[];
  /** What lay in the temporary folder of the job when it ended, but for objects. */
  readonly written: string;
}

export interface RecordingGit {
  readonly folder: string;
  readonly calls: () => Promise<readonly GitCall[]>;
}

export interface RecordingOptions {
  /** Looked at after each call. */
  readonly temp?: string;
  /** What it says to `--version`. */
  readonly version?: string;
  /** Lines of sh that are run before the real git, which may end it. */
  readonly before?: string;
}

export async function recordingGit(root: string, options: RecordingOptions = {}): Promise<RecordingGit> {
  const { temp, version, before = '' } = options;
  const [folder, log] = [join(root, 'bin'), join(root, 'log')];
  await mkdir(folder, { recursive: true });
  await mkdir(log, { recursive: true });
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  const look =
    temp === undefined ? '' : `grep -r -a . '${temp}'/runner-coord-publish-* >"$call.files" 2>/dev/null || true`;
  const script = `#!/bin/sh
call=$(mktemp '${log}/call-XXXXXX')
printf '%s\\0' "$@" >"$call"
env >"$call.env"
case " $* " in *" --version "*) ${version === undefined ? ':' : `echo "${version}"; exit 0`} ;; esac
${before}
'${real}' "$@"
status=$?
${look}
exit $status
`;
  await writeFile(join(folder, 'git'), script, { mode: 0o755 });
  const read = async (name: string): Promise<string> => readFile(join(log, name), 'utf8').catch(() => '');
  return {
    folder,
    calls: async () => {
      const names = (await readdir(log)).filter((name) => !name.includes('.'));
      return Promise.all(
        names.map(async (name) => ({
          args: (await read(name)).split('\0').slice(0, -1),
          env: (await read(`${name}.env`)).split('\n'),
          written: await read(`${name}.files`),
        })),
      );
    },
  };
}
