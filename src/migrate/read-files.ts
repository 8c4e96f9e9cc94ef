import * as v from 'valibot';
import { untilTold, type Answered } from '../board/told.js';
import { recordFiles, type TreeFile } from '../core/migration-records.js';
import { failureOfStatus, permanent, transient } from '../store/failures.js';
import { purposeOf, type MigrationContext } from './context.js';

/** What lies in a commit and which branches there are, by the Git data API. One request each. */

const TreeSchema = v.object({
  truncated: v.boolean(),
  tree: v.array(
    v.object({
      path: v.string(),
      mode: v.pipe(v.string(), v.regex(/^\d{6}$/)),
      type: v.picklist(['blob', 'commit', 'tree']),
      sha: v.pipe(v.string(), v.regex(/^[0-9a-f]{40,64}$/)),
    }),
  ),
});
const RefsSchema = v.array(v.object({ ref: v.string() }));

/** The records of a commit. Their texts are not read: they stay the objects that they are. */
export async function readRecordFiles(
  context: MigrationContext,
  repository: string,
  commit: string,
): Promise<Answered<readonly TreeFile[]>> {
  const route = 'GET /repos/{owner}/{repo}/git/trees/{tree_sha}';
  const parameters = { tree_sha: commit, recursive: '1' };
  const read = await get(context, repository, { route, parameters }, TreeSchema, 'listing the records');
  if (!read.ok) return read;
  if (read.value.truncated) {
    const problem = `GitHub does not list all files of the commit ${commit}: there are too many`;
    const advice = 'Nothing was written there. Remove records that nobody needs any more, and run this again.';
    return { ok: false, failure: permanent('api_error', problem, advice) };
  }
  const files = read.value.tree.flatMap(({ type, ...file }) => (type === 'tree' ? [] : [{ ...file, type }]));
  return { ok: true, value: recordFiles(files) };
}

/** The names of all branches that begin so. */
export async function readBranchNames(
  context: MigrationContext,
  repository: string,
  beginning: string,
): Promise<Answered<readonly string[]>> {
  const route = 'GET /repos/{owner}/{repo}/git/matching-refs/{ref}';
  const asked = { route, parameters: { ref: `heads/${beginning}` } };
  const read = await get(context, repository, asked, RefsSchema, 'listing the branches');
  return read.ok ? { ok: true, value: read.value.map(({ ref }) => ref.replace(/^refs\/heads\//, '')) } : read;
}

function get<T extends v.GenericSchema>(
  context: MigrationContext,
  repository: string,
  { route, parameters }: { readonly route: string; readonly parameters: Readonly<Record<string, unknown>> },
  schema: T,
  doing: string,
): Promise<Answered<v.InferOutput<T>>> {
  const [owner, repo] = repository.split('/');
  return untilTold<v.InferOutput<T>>(async () => {
    const purpose = purposeOf(context, doing, 'contents: read');
    const answer = await context.transport.rest(route, { owner, repo, ...parameters }, context.deadline);
    const failure = failureOfStatus(answer, purpose);
    if (failure !== null) return { kind: 'failed', failure };
    const body = answer.kind === 'answer' ? v.safeParse(schema, answer.body, { abortEarly: true }) : null;
    if (body?.success === true) return { kind: 'told', value: body.output };
    return { kind: 'failed', failure: transient(`GitHub’s answer could not be understood while ${doing}`, answer) };
  }, context);
}
