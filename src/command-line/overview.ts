import { tmpdir } from 'node:os';
import type { Failure } from '../core/outcome.js';
import type { OverviewCommand } from '../core/request.js';
import type { Environment } from '../environment/environment.js';
import type { Inputs } from '../inputs/inputs.js';
import { createTransport } from '../store/octokit-transport.js';
import { systemClock } from '../time/clock.js';
import { overviewRepository, WITHOUT_REPOSITORY } from '../use-case/overview-repository.js';
import type { Asker, Surroundings } from '../use-case/wanted.js';
import type { Texts } from './asked.js';
import { say } from './say.js';
import { findToken } from './token.js';
import { findContext } from './who-asks.js';

/** What a command about a whole repository works with, and from where. */
export interface Overview {
  readonly inputs: Inputs;
  readonly environment: Environment;
  readonly asker: Asker;
  readonly repo: string;
  readonly token: string;
  readonly temporaryFolder: string;
  readonly surroundings: Surroundings;
}

export type OverviewAnswer =
  | { readonly ok: true; readonly overview: Overview }
  | { readonly ok: false; readonly failure: Failure; readonly serverUrl: string };

export async function findOverview(command: OverviewCommand, texts: Texts): Promise<OverviewAnswer> {
  const variables = process.env;
  const found = await findContext(command, texts, variables);
  if (!found.ok) return { ...found, serverUrl: 'https://github.com' };
  const { inputs, environment, asker } = found.context;
  const { serverUrl, apiUrl, graphqlUrl } = environment;
  const token = await findToken(variables, environment);
  if (!token.ok) return { ...token, serverUrl };
  const repo = overviewRepository(inputs.repo, asker);
  if (repo === null) return { ok: false, failure: WITHOUT_REPOSITORY, serverUrl };
  const transport = await createTransport({ token: token.value, apiUrl, graphqlUrl });
  const newId = (): string => crypto.randomUUID();
  const surroundings: Surroundings = { transport, clock: systemClock, serverUrl, newId, say };
  const temporaryFolder = variables['RUNNER_TEMP'] || tmpdir();
  return {
    ok: true,
    overview: { inputs, environment, asker, repo, token: token.value, temporaryFolder, surroundings },
  };
}
