import type { RequestContext } from '../context.js';
import { type CommitData, isoSeconds, type Signature } from '../git/objects.js';
import { nodeId } from '../state/node-ids.js';
import { mergeCommitSha, type PullRecord, pullTips } from '../state/pulls.js';
import type { Repository } from '../state/repository.js';
import { isBot } from '../state/users.js';
import type { World } from '../state/world.js';

type Shape = Record<string, unknown>;

export function userShape(world: World, login: string): Shape {
  const url = `${world.apiUrl}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id: world.users.id(login),
    node_id: nodeId('User', login),
    avatar_url: `${world.serverUrl}/${login}.png`,
    gravatar_id: '',
    url,
    html_url: `${world.serverUrl}/${login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: isBot(login) ? 'Bot' : 'User',
    site_admin: false,
  };
}

const REPOSITORY_LINKS = (
  'archive assignees blobs branches collaborators comments commits compare contents contributors deployments ' +
  'downloads events forks git_commits git_refs git_tags hooks issue_comment issue_events issues keys labels ' +
  'languages merges milestones notifications pulls releases stargazers statuses subscribers subscription tags ' +
  'teams trees'
).split(' ');

/** What GitHub's `minimal-repository`, `repository` and `full-repository` have in common and more. */
export function repositoryShape(repository: Repository): Shape {
  const { world, nameWithOwner } = repository;
  const url = `${world.apiUrl}/repos/${nameWithOwner}`;
  const links = REPOSITORY_LINKS.map((name) => [`${name}_url`, `${url}/${name.replace('_', '/')}`]);
  const created = isoSeconds(repository.createdAt);
  return {
    ...(Object.fromEntries(links) as Shape),
    id: repository.id,
    node_id: nodeId('Repository', repository.id),
    name: repository.name,
    full_name: nameWithOwner,
    private: repository.isPrivate,
    visibility: repository.isPrivate ? 'private' : 'public',
    owner: userShape(world, repository.owner),
    html_url: repository.url,
    description: null,
    fork: repository.parent !== null,
    url,
    clone_url: `${repository.url}.git`,
    git_url: `git:${repository.url.replace(/^https?:/, '')}.git`,
    ssh_url: `git@127.0.0.1:${nameWithOwner}.git`,
    svn_url: repository.url,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    default_branch: repository.defaultBranch,
    archived: false,
    disabled: false,
    is_template: false,
    has_issues: true,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_downloads: false,
    has_discussions: false,
    forks: 0,
    forks_count: 0,
    open_issues: 0,
    open_issues_count: 0,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
    network_count: 0,
    subscribers_count: 0,
    size: 0,
    topics: [],
    pushed_at: created,
    created_at: created,
    updated_at: created,
  };
}

function signatureShape({ name, email, at }: Signature): Shape {
  return { name, email, date: isoSeconds(at) };
}

export function commitShape(repository: Repository, oid: string, commit: CommitData): Shape {
  const { world } = repository;
  const api = `${world.apiUrl}/repos/${repository.nameWithOwner}/git`;
  const verified = repository.signedCommits.has(oid);
  return {
    sha: oid,
    node_id: nodeId('Commit', repository.id, oid),
    url: `${api}/commits/${oid}`,
    html_url: `${repository.url}/commit/${oid}`,
    author: signatureShape(commit.author),
    committer: signatureShape(commit.committer),
    tree: { sha: commit.tree, url: `${api}/trees/${commit.tree}` },
    message: commit.message,
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/commits/${sha}`,
      html_url: `${repository.url}/commit/${sha}`,
    })),
    verification: {
      verified,
      reason: verified ? 'valid' : 'unsigned',
      signature: null,
      payload: null,
      verified_at: verified ? isoSeconds(world.now()) : null,
    },
  };
}

/** Fits `pull-request-simple`, and with the counters of the full shape `pull-request`. */
export async function pullShape(context: RequestContext, repository: Repository, pull: PullRecord): Promise<Shape> {
  const { world } = repository;
  const { head, base } = await pullTips(repository, pull, context.readRefs);
  const api = `${world.apiUrl}/repos/${repository.nameWithOwner}`;
  const url = `${api}/pulls/${pull.number}`;
  const html = `${repository.url}/pull/${pull.number}`;
  const links = {
    self: url,
    html,
    issue: `${api}/issues/${pull.number}`,
    comments: `${api}/issues/${pull.number}/comments`,
    review_comments: `${url}/comments`,
    review_comment: `${api}/pulls/comments{/number}`,
    commits: `${url}/commits`,
    statuses: `${api}/statuses/${head}`,
  };
  const closedAt = pull.closedAt === null ? null : isoSeconds(pull.closedAt);
  // A fork that was deleted leaves the name of its owner and nothing else.
  const side = (owner: Repository, ref: string, sha: string): Shape => ({
    label: `${owner.owner}:${ref}`,
    ref,
    sha,
    user: userShape(world, owner.owner),
    repo: owner.isDeleted ? null : repositoryShape(owner),
  });
  return {
    id: pull.id,
    node_id: nodeId('PullRequest', repository.id, pull.number),
    number: pull.number,
    state: pull.state === 'open' ? 'open' : 'closed',
    locked: false,
    title: pull.title,
    body: null,
    draft: pull.draft,
    user: userShape(world, pull.author),
    author_association: 'CONTRIBUTOR',
    labels: [],
    milestone: null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    auto_merge: null,
    url,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: links.issue,
    comments_url: links.comments,
    review_comments_url: links.review_comments,
    review_comment_url: links.review_comment,
    commits_url: links.commits,
    statuses_url: links.statuses,
    created_at: isoSeconds(pull.createdAt),
    updated_at: closedAt ?? isoSeconds(pull.createdAt),
    closed_at: closedAt,
    merged_at: pull.state === 'merged' ? closedAt : null,
    merge_commit_sha: mergeCommitSha(pull, head, base),
    head: side(pull.headRepository, pull.headRefName, head),
    base: side(repository, pull.baseRefName, base),
    _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
  };
}
