/**
 * Starts a local GitHub as a process of its own, for whoever drives a real workflow runner against it.
 *
 *   node build/support/local-github/main.js '{"repositories":[{"name":"acme/widgets","pulls":[{"number":17}]}],
 *     "tokens":[{"token":"token-octocat","login":"octocat","permissions":{"contents":"write"}}]}'
 *
 * Prints one JSON line with the URLs, the bare repositories and the pull requests, and runs until SIGINT, SIGTERM or
 * the end of its input when `"untilInputEnds": true`.
 */
import type { CollaboratorPermission, OpenPullRequestOptions, PullRequest, TokenGrant, WorkflowRun } from './index.js';
import { startLocalGitHub } from './index.js';

interface Plan {
  readonly port?: number;
  /** Keeps the bare repositories here; default: a temporary folder that goes away at the end. */
  readonly folder?: string;
  readonly untilInputEnds?: boolean;
  /** Logins of Apps; see `LocalGitHub.declareApp`. */
  readonly apps?: readonly string[];
  readonly repositories?: readonly {
    readonly name: string;
    readonly id?: number;
    readonly defaultBranch?: string;
    readonly empty?: boolean;
    readonly private?: boolean;
    readonly pulls?: readonly OpenPullRequestOptions[];
    readonly runs?: readonly WorkflowRun[];
    readonly collaborators?: Readonly<Record<string, CollaboratorPermission>>;
  }[];
  readonly tokens?: readonly (TokenGrant & { readonly token: string })[];
}

async function main(argument: string | undefined): Promise<void> {
  const plan = JSON.parse(argument ?? '{}') as Plan;
  const { port, folder, apps = [] } = plan;
  const github = await startLocalGitHub({
    apps,
    ...(port === undefined ? {} : { port }),
    ...(folder === undefined ? {} : { folder }),
  });
  for (const { token, ...grant } of plan.tokens ?? []) github.issueToken(token, grant);
  const repositories: Record<string, { gitDir: string; pulls: PullRequest[] }> = {};
  for (const { name, pulls = [], runs = [], collaborators = {}, ...options } of plan.repositories ?? []) {
    const repository = await github.createRepository(name, options);
    for (const run of runs) repository.addRun(run);
    for (const [login, permission] of Object.entries(collaborators)) repository.setCollaborator(login, permission);
    const opened: PullRequest[] = [];
    for (const pull of pulls) opened.push(await repository.openPullRequest(pull));
    repositories[name] = { gitDir: repository.gitDir, pulls: opened };
  }
  const { serverUrl, apiUrl, graphqlUrl } = github;
  process.stdout.write(`${JSON.stringify({ serverUrl, apiUrl, graphqlUrl, repositories })}\n`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
    if (plan.untilInputEnds === true) process.stdin.resume().once('end', () => resolve());
  });
  await github.close();
}

await main(process.argv[2]);
