import { git } from '../../../support/local-github/git/process.js';
import { codeOf } from '../../../src/core/outcome.js';
import { judge } from './judge.js';
import { playAll, publisher, type Actor } from './schedule.js';
import { GitServer } from './server.js';

/** Who acts: two jobs of the run that owns, each with a commit of its own for the branch, and two that end its tenure. */
export interface Cast {
  readonly server: GitServer;
  readonly one: Actor;
  readonly two: Actor;
  readonly taker: Actor;
  readonly releaser: Actor;
}

export async function createCast(): Promise<Cast> {
  const server = await GitServer.create();
  const from = async (name: string): Promise<Actor> => {
    const folder = await server.clone();
    const identity = ['-c', 'user.name=Somebody', '-c', 'user.email=somebody@example.com'];
    await git(['-C', folder, ...identity, 'commit', '--quiet', '--allow-empty', '-m', name]);
    return publisher(server, name, folder, 'HEAD');
  };
  return {
    ...{ server, one: await from('one'), two: await from('two') },
    taker: { name: 'taker', runId: '2002', command: 'takeover', checkout: null },
    releaser: { name: 'releaser', runId: '1001', command: 'release', checkout: null },
  };
}

export interface Explored {
  readonly schedules: number;
  /** Every answer that somebody was given, such as `one head_moved`. */
  readonly answers: readonly string[];
}

/** Plays and judges every schedule. */
export async function explore(
  server: GitServer,
  actors: readonly Actor[],
  progress: (schedules: number) => void = () => undefined,
): Promise<Explored> {
  const answers = new Set<string>();
  let judged = 0;
  const schedules = await playAll(server, actors, async (played) => {
    await judge(server, actors, played);
    progress((judged += 1));
    for (const [name, outcome] of played.outcomes) answers.add(`${name} ${codeOf(outcome)}`);
  });
  return { schedules, answers: [...answers].sort() };
}
