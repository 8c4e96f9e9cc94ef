import type { Stage } from './stage.js';

/** One line of `npm run test:workflows`. */
export interface Scenario {
  readonly name: string;
  play(stage: Stage): Promise<void>;
}

export function scenario(name: string, play: Scenario['play']): Scenario {
  return { name, play };
}

export const EXAMPLES = {
  gate: { file: 'docs/examples/gate-jobs.yml' },
  publish: { file: 'docs/examples/publish.yml' },
  merge: { file: 'docs/examples/guard-merge.yml' },
  takeover: { file: 'docs/examples/manual-takeover.yml' },
  matrix: { file: 'docs/examples/matrix-owner.yml' },
  wait: { file: 'docs/examples/wait-in-line.yml' },
  fork: { file: 'docs/examples/fork-pull-request.yml' },
  close: { file: 'docs/examples/release-on-close.yml' },
  agent: { file: 'docs/examples/long-agent.yml' },
  button: { file: 'docs/examples/hold-button.yml' },
  hold: { file: 'docs/examples/hold-by-comment.yml' },
  preview: { file: 'docs/examples/preview.yml' },
  minimal: { file: 'docs/examples/minimal.yml' },
  board: { file: 'docs/examples/board.yml' },
  sweep: { file: 'docs/examples/sweep.yml' },
  pages: { file: 'docs/examples/board-pages.yml' },
  many: { file: 'docs/examples/many-pull-requests.yml' },
} as const;

/** The events that the examples wait for. */
export async function opened(stage: Stage, pr = 17): Promise<{ event: string; payload: object }> {
  return { event: 'pull_request', payload: await stage.pullRequestEvent('opened', {}, pr) };
}

export async function labeled(stage: Stage, name: string): Promise<{ event: string; payload: object }> {
  return { event: 'pull_request', payload: await stage.pullRequestEvent('labeled', { label: { name } }) };
}

/** What an issue_comment event says of a pull request. */
export function issueOf(stage: Stage, number: number): object {
  return { number, pull_request: { url: `${stage.github.apiUrl}/repos/acme/widgets/pulls/${String(number)}` } };
}

/** A comment of somebody on a pull request, or on an issue where `issue` names no pull request. */
export function commented(association: string, issue: object, body = '/agent fix it'): object {
  return {
    action: 'created',
    issue,
    comment: { body, author_association: association },
    repository: { full_name: 'acme/widgets', default_branch: 'main' },
  };
}

/** All values are text, as in the payload that GitHub sends. */
export function dispatched(inputs: Readonly<Record<string, string>>): { event: string; payload: object } {
  return { event: 'workflow_dispatch', payload: { inputs } };
}
