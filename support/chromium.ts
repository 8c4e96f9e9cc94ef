import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** A browser without a window, led through its DevTools protocol over a pipe: no port, and no package for it. */

/** As Debian, Ubuntu and the runners of GitHub name it. */
const NAMES = ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser', 'chrome'];

/** Where a Chromium is: what `CHROMIUM` says, else the first on the PATH; `null` for none. */
export function findChromium(): string | null {
  const named = process.env['CHROMIUM'];
  if (named) return named;
  for (const name of NAMES) {
    try {
      return execFileSync('/bin/sh', ['-c', 'command -v "$0"', name], { encoding: 'utf8' }).trim();
    } catch {
      // Not this one.
    }
  }
  return null;
}

interface Said {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

export interface Browser {
  /** What the page complained of: errors of scripts, refusals of the policy, failed requests. */
  readonly complaints: string[];
  open: (url: string) => Promise<void>;
  /** The value of an expression in the page. */
  value: (expression: string) => Promise<unknown>;
  send: (method: string, params?: object) => Promise<unknown>;
  close: () => Promise<void>;
}

export async function startBrowser(executable: string): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'board-browser-'));
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'];
  const child = spawn(executable, [...flags, '--remote-debugging-pipe', `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const { ask, listen } = speak(child);
  const targets = (await ask('Target.getTargets')) as { targetInfos: { targetId: string; type: string }[] };
  const targetId = targets.targetInfos.find(({ type }) => type === 'page')?.targetId;
  const { sessionId } = (await ask('Target.attachToTarget', { targetId, flatten: true })) as { sessionId: string };
  const send = (method: string, params: object = {}): Promise<unknown> => ask(method, params, sessionId);
  const complaints: string[] = [];
  let loaded = (): void => undefined;
  listen(({ method, params }) => {
    if (method === 'Page.loadEventFired') loaded();
    if (method === 'Runtime.exceptionThrown' || method === 'Log.entryAdded' || method === 'Runtime.consoleAPICalled') {
      complaints.push(JSON.stringify(params));
    }
  });
  for (const domain of ['Page', 'Runtime', 'Log']) await send(`${domain}.enable`);
  return {
    complaints,
    send,
    open: async (url) => {
      const isLoaded = new Promise<void>((resolve) => (loaded = resolve));
      await send('Page.navigate', { url });
      await isLoaded;
    },
    value: async (expression) => {
      const answer = await send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
      const { result, exceptionDetails } = answer as { result: { value?: unknown }; exceptionDetails?: unknown };
      if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
      return result.value;
    },
    close: async () => {
      child.kill('SIGKILL');
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Messages of the protocol: JSON that ends with a zero byte, there on the third channel, back on the fourth. */
function speak(child: ChildProcess): {
  readonly ask: (method: string, params?: object, sessionId?: string) => Promise<unknown>;
  readonly listen: (hear: (said: Said) => void) => void;
} {
  const to = child.stdio[3] as Writable;
  const from = child.stdio[4] as Readable;
  const open = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  let hear: (said: Said) => void = () => undefined;
  let asked = 0;
  let rest = '';
  from.setEncoding('utf8').on('data', (text: string) => {
    const messages = (rest + text).split('\0');
    rest = messages.pop() ?? '';
    for (const said of messages.map((message) => JSON.parse(message) as Said)) {
      const waiting = said.id === undefined ? undefined : open.get(said.id);
      if (waiting === undefined) hear(said);
      else if (said.error === undefined) waiting.resolve(said.result);
      else waiting.reject(new Error(said.error.message));
    }
  });
  const fail = (): void => open.forEach(({ reject }) => reject(new Error('The browser has ended.')));
  child.once('exit', fail).once('error', fail);
  to.on('error', fail);
  return {
    ask: (method, params = {}, sessionId = undefined) =>
      new Promise((resolve, reject) => {
        const id = ++asked;
        open.set(id, { resolve, reject });
        to.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
      }),
    listen: (to) => (hear = to),
  };
}
