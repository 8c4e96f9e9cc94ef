import type { PullRequestLookup } from './answer.js';
import { pullRequestOfEvent } from './from-event.js';
import { nextStep } from './hints.js';
import { lookUp, type PullRequestLookups } from './look-up.js';
import { parsePullRequestInput, parseRepositoryName, type Target } from './target.js';
import { listed, numbered, shown } from './text.js';

export type { CandidatePullRequest } from './candidates.js';
export type { PullRequestLookups } from './look-up.js';
export type { Target } from './target.js';

/** All that the target can be told from. */
export interface TargetRequest {
  /** The `repo` input; null when it was not set. */
  repoInput: string | null;
  /** The `pr` input; null when it was not set. */
  prInput: string | null;
  /** `GITHUB_REPOSITORY` */
  repository: string | null;
  /** `GITHUB_SERVER_URL` */
  serverUrl: string;
  event: {
    name: string;
    payload: unknown;
    /** `GITHUB_REF` */
    ref: string | null;
    /** `GITHUB_SHA` */
    sha: string | null;
  };
}

/** The target and where it was read, or a refusal whose message names the next step. */
export type TargetAnswer =
  | { ok: true; target: Target; source: string }
  | { ok: false; code: 'invalid_input' | 'target_unresolved'; message: string };

/**
 * Finds the target of a run. The `pr` input wins over any event; then the payload; only then is GitHub asked.
 * None and several are refusals: no rule here takes the first of two.
 */
export async function resolveTarget(request: TargetRequest, lookups: PullRequestLookups): Promise<TargetAnswer> {
  const wanted = request.repoInput === null ? null : parseRepositoryName(request.repoInput);
  if (wanted !== null && !wanted.ok) return invalid(`The \`repo\` input ${wanted.problem}.`);
  if (request.prInput !== null) return fromInputs(request, request.prInput, wanted === null ? null : wanted.value);

  const own = ownRepository(request);
  if (!own.ok) return own;
  if (wanted !== null && wanted.value !== own.repo) {
    return unresolved(
      `The \`repo\` input names ${wanted.value}, but the event ${shown(request.event.name)} belongs to ${own.repo}, ` +
        `so it does not tell which pull request of ${wanted.value} is meant. Set the \`pr\` input as well, ` +
        `for example \`pr: 17\`.`,
    );
  }
  return fromEvent(request, own.repo, lookups);
}

function fromInputs(request: TargetRequest, prInput: string, wanted: string | null): TargetAnswer {
  const parsed = parsePullRequestInput(prInput, request.serverUrl);
  if (!parsed.ok) return invalid(`The \`pr\` input ${parsed.problem}.`);
  const { pr, repo: named } = parsed.value;
  if (named !== null && wanted !== null && named !== wanted) {
    return invalid(
      `The \`pr\` input is a pull request of ${named}, but the \`repo\` input names ${wanted}. ` +
        'Leave `repo` out, or make the two agree.',
    );
  }
  const repo = named ?? wanted;
  if (repo !== null) return { ok: true, target: { repo, pr }, source: 'input pr' };
  const own = ownRepository(request);
  return own.ok ? { ok: true, target: { repo: own.repo, pr }, source: 'input pr' } : own;
}

async function fromEvent(request: TargetRequest, repo: string, lookups: PullRequestLookups): Promise<TargetAnswer> {
  const { event, serverUrl } = request;
  const answer = pullRequestOfEvent({ ...event, repo, serverUrl });
  const name = shown(event.name);
  switch (answer.kind) {
    case 'found':
      return { ok: true, target: { repo, pr: answer.pr }, source: answer.source };
    case 'none':
      return unresolved(`No pull request in the event ${name}. ${lookedAt(answer.looked)} ${answer.hint}`);
    case 'several':
      return unresolved(
        `The event ${name} names several pull requests: ${numbered(answer.candidates)}. ${lookedAt(answer.looked)} ` +
          whichOne(answer.candidates),
      );
    case 'invalid':
      return unresolved(
        `The payload of the event ${name} is not as expected: ${answer.problem}. ` +
          'Correct it where it was sent, or set the `pr` input, which wins over the event.',
      );
    case 'lookup':
      return askGitHub(event, repo, answer, lookups);
  }
}

async function askGitHub(
  event: TargetRequest['event'],
  repo: string,
  { lookup, looked }: { lookup: PullRequestLookup; looked: string[] },
  lookups: PullRequestLookups,
): Promise<TargetAnswer> {
  const choice = await lookUp(lookup, repo, lookups);
  const name = shown(event.name);
  const asked = lookedAt([...looked, ...choice.asked]);
  switch (choice.kind) {
    case 'one':
      return { ok: true, target: { repo, pr: choice.pr }, source: listed(choice.asked) };
    case 'several':
      return unresolved(
        `The event ${name} leads to several pull requests: ${numbered(choice.candidates)}. ${asked} ` +
          whichOne(choice.candidates),
      );
    case 'none': {
      const found = choice.refused === '' ? 'GitHub knows of none.' : `Found, but not fitting: ${choice.refused}.`;
      return unresolved(`The event ${name} leads to no pull request. ${asked} ${found} ${nextStep(event.name)}`);
    }
  }
}

function ownRepository({ repository }: TargetRequest): { ok: true; repo: string } | (TargetAnswer & { ok: false }) {
  if (repository === null) {
    return unresolved('GITHUB_REPOSITORY is not set. Set the inputs `repo` (owner/name) and `pr`.');
  }
  const parsed = parseRepositoryName(repository);
  return parsed.ok ? { ok: true, repo: parsed.value } : invalid(`GITHUB_REPOSITORY ${parsed.problem}.`);
}

function lookedAt(looked: readonly string[]): string {
  return `Looked at: ${listed(looked)}.`;
}

function whichOne(candidates: readonly number[]): string {
  return `Say which one is meant with the \`pr\` input, for example \`pr: ${candidates[0]}\`.`;
}

function invalid(message: string): TargetAnswer & { ok: false } {
  return { ok: false, code: 'invalid_input', message };
}

function unresolved(message: string): TargetAnswer & { ok: false } {
  return { ok: false, code: 'target_unresolved', message };
}
