import { granted, type RequestContext } from '../context.js';
import { isZeroOid } from '../git/objects.js';
import type { Repository } from '../state/repository.js';
import type { RefCommand } from '../types.js';
import { type NewFile, NewObjects } from './new-objects.js';

/** Why GitHub does not move a ref: in a few words beside the ref, and at length on the pusher's terminal. */
export interface Refusal {
  readonly reason: string;
  readonly says: readonly string[];
}

const MEBIBYTE = 1024 * 1024;
const LARGEST_FILE = 100 * MEBIBYTE;

/** What GitHub has against a push, in the order in which it looks; null where it lets the push go on. All words were seen. */
export async function refusalOf(
  context: RequestContext,
  repository: Repository,
  command: RefCommand,
): Promise<Refusal | null> {
  if (!command.ref.startsWith('refs/heads/')) return null;
  const branch = branchOf(command.ref);
  const objects = isZeroOid(command.newOid) ? null : new NewObjects(repository.gitDir, command.newOid);
  return (
    (await workflowFiles(context, repository, objects)) ??
    protectedBranch(repository, command.ref, branch) ??
    (await ruleset(repository, command, branch, objects))
  );
}

/**
 * What `pre-receive` says of files that are too large: it declines the whole push, and what it looks at is still in
 * quarantine. Null where it has nothing to say.
 */
export async function largeFiles(
  { pushRules, gitDir }: Repository,
  commands: readonly RefCommand[],
  quarantine: string,
): Promise<readonly string[] | null> {
  for (const { ref, newOid } of commands) {
    const objects = isZeroOid(newOid) ? null : new NewObjects(gitDir, newOid, quarantine);
    for (const { limitBytes = LARGEST_FILE } of pushRules.of('large files', branchOf(ref))) {
      const found = (await objects?.filesAbove(limitBytes)) ?? [];
      if (found.length > 0) return complaintAbout(found, limitBytes);
    }
  }
  return null;
}

function complaintAbout(files: readonly NewFile[], limitBytes: number): readonly string[] {
  return [
    `error: Trace: ${'0123456789abcdef'.repeat(4)}`,
    'error: See https://gh.io/lfs for more information.',
    ...files.map(
      ({ path, bytes }) =>
        `error: File ${path} is ${mebibytes(bytes)}; this exceeds GitHub's file size limit of ${mebibytes(limitBytes)}`,
    ),
    'error: GH001: Large files detected. You may want to try Git Large File Storage - https://git-lfs.github.com.',
  ];
}

function mebibytes(bytes: number): string {
  return `${(bytes / MEBIBYTE).toFixed(2)} MB`;
}

/** Always asked for; `GITHUB_TOKEN` cannot have the permission at all. */
async function workflowFiles(
  context: RequestContext,
  repository: Repository,
  objects: NewObjects | null,
): Promise<Refusal | null> {
  if (granted(context, repository, 'workflows') === 'write') return null;
  const [file] = (await objects?.changedFiles('.github/workflows')) ?? [];
  if (file === undefined) return null;
  const isApp = context.world.users.isNoUser(context.grant?.login ?? '');
  const [whom, what] = isApp
    ? ['a GitHub App', '`workflows` permission']
    : ['a Personal Access Token', '`workflow` scope'];
  return { reason: `refusing to allow ${whom} to create or update workflow \`${file}\` without ${what}`, says: [] };
}

function protectedBranch({ pushRules }: Repository, ref: string, branch: string): Refusal | null {
  const [rule] = pushRules.of('protected branch', branch);
  if (rule === undefined) return null;
  const complaint = rule.complaint ?? 'Changes must be made through a pull request.';
  return {
    reason: 'protected branch hook declined',
    says: [`error: GH006: Protected branch update failed for ${ref}.`, '', `- ${complaint}`],
  };
}

async function ruleset(
  repository: Repository,
  { ref, oldOid }: RefCommand,
  branch: string,
  objects: NewObjects | null,
): Promise<Refusal | null> {
  const broken = repository.rules.against(branch, isZeroOid(oldOid));
  const unsigned = await unsignedCommits(repository, branch, objects);
  const says = [
    ...(broken === null ? [] : [`- ${broken.message}`, '']),
    ...(unsigned.length === 0
      ? []
      : [
          '- Commits must have verified signatures.',
          `  Found ${unsigned.length} violation${unsigned.length === 1 ? '' : 's'}:`,
          '',
          ...unsigned.map((oid) => `  ${oid}`),
          '',
        ]),
  ];
  if (says.length === 0) return null;
  return {
    reason: 'push declined due to repository rule violations',
    says: [
      `error: GH013: Repository rule violations found for ${ref}.`,
      `Review all repository rules at ${repository.url}/rules?ref=${encodeURIComponent(ref)}`,
      '',
      ...says,
    ],
  };
}

function branchOf(ref: string): string {
  return ref.replace(/^refs\/heads\//, '');
}

async function unsignedCommits(
  { pushRules, signedCommits }: Repository,
  branch: string,
  objects: NewObjects | null,
): Promise<string[]> {
  if (objects === null || pushRules.of('signed commits', branch).length === 0) return [];
  return (await objects.commits()).filter((oid) => !signedCommits.has(oid));
}
