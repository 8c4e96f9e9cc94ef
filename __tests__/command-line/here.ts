import { runCli } from '../../src/command-line/run-cli.js';

export interface Said {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The command line from the sources, in this very process, so that its coverage counts and a debugger sees it. What users
 * get is dist/; the other tests here run that.
 */
export async function runHere(words: readonly string[], variables: Readonly<Record<string, string>>): Promise<Said> {
  const before = {
    env: { ...process.env },
    out: process.stdout.write.bind(process.stdout),
    err: process.stderr.write.bind(process.stderr),
  };
  const said = { stdout: '', stderr: '' };
  const into = (name: keyof typeof said) => (text: string | Uint8Array) => {
    said[name] += String(text);
    return true;
  };
  process.stdout.write = into('stdout');
  process.stderr.write = into('stderr');
  replaceEnvironment(variables);
  try {
    await runCli(words);
    return { ...said, status: Number(process.exitCode ?? 0) };
  } finally {
    process.stdout.write = before.out;
    process.stderr.write = before.err;
    process.exitCode = 0;
    replaceEnvironment(before.env);
  }
}

function replaceEnvironment(variables: Readonly<Record<string, string | undefined>>): void {
  for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
  for (const [name, value] of Object.entries(variables)) if (value !== undefined) process.env[name] = value;
}
