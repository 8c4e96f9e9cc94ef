import type { LocalGitHub } from '../local-github/index.js';
import type { StepOptions } from '../runner.js';

export const REPOSITORY = 'acme/widgets';

type Variables = Readonly<Record<string, string | undefined>>;

/** What the runner says about the job, in every step alike. */
export function jobVariables(github: LocalGitHub, options: StepOptions): Variables {
  const { repository = REPOSITORY, repositoryId, runId = 1001, workflow = 'agent', actor = 'octocat' } = options;
  const { ref = 'refs/heads/main' } = options;
  const [owner = ''] = repository.split('/');
  const file = workflowFile(github, repository, runId) ?? `.github/workflows/${workflow}.yml`;
  return {
    PATH: process.env['PATH'] ?? '',
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_API_URL: github.apiUrl,
    GITHUB_GRAPHQL_URL: github.graphqlUrl,
    GITHUB_SERVER_URL: github.serverUrl,
    GITHUB_REPOSITORY: repository,
    GITHUB_REPOSITORY_ID: repositoryId === undefined ? undefined : String(repositoryId),
    GITHUB_REPOSITORY_OWNER: owner,
    GITHUB_RUN_ID: String(runId),
    GITHUB_RUN_ATTEMPT: String(options.attempt ?? 1),
    GITHUB_WORKFLOW: workflow,
    GITHUB_WORKFLOW_REF: `${repository}/${file}@${ref}`,
    GITHUB_JOB: options.job ?? 'fix',
    GITHUB_ACTOR: actor,
    GITHUB_TRIGGERING_ACTOR: options.triggeringActor ?? actor,
    GITHUB_REF: ref,
    GITHUB_SHA: options.sha ?? '0123456789abcdef0123456789abcdef01234567',
    RUNNER_OS: { linux: 'Linux', darwin: 'macOS', win32: 'Windows' }[String(process.platform)],
  };
}

/** The file of a run whose `path` a test has set: the runner and the API have to agree about it. */
function workflowFile(github: LocalGitHub, repository: string, runId: number): string | undefined {
  return github.findRepository(repository)?.run(runId)?.path?.split('@')[0];
}

/** All variables of a step; those of the test come last, but what it preloads and the wrong clock go together. */
export function environment(options: StepOptions, variables: Variables): Variables {
  const env = { ...variables, ...options.env };
  if (options.clockSkewMs === undefined) return env;
  const preloads = [
    env['NODE_OPTIONS'],
    `--import=data:text/javascript,${encodeURIComponent(skew(options.clockSkewMs))}`,
  ];
  return { ...env, NODE_OPTIONS: preloads.filter((preload) => preload !== undefined).join(' ') };
}

/** Wraps `Date` in a child, around whatever another preload has made of it before; the monotonic clock stays. */
function skew(milliseconds: number): string {
  return `const Right = Date, now = () => Right.now() + ${milliseconds};
    globalThis.Date = new Proxy(Right, {
      construct: (target, args, made) => Reflect.construct(target, args.length === 0 ? [now()] : args, made),
      apply: () => new Right(now()).toString(),
      get: (target, name, self) => (name === 'now' ? now : Reflect.get(target, name, self)),
    });`;
}
