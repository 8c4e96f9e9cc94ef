import * as v from 'valibot';
import { MARKER_PATH, RECORDS_FOLDER } from '../core/marker.js';
import type { Found } from '../core/migration.js';
import type { StateBranch } from '../core/state-branch.js';
import { untilTold, type Answered, type Told } from '../board/told.js';
import { judgeBranch } from '../store/branch-marker.js';
import { permanent, transient, type Purpose } from '../store/failures.js';
import { failureOfError, readGraphqlAnswer } from '../store/graphql-answer.js';
import type { StoreFailure } from '../store/state-store.js';
import type { HttpAnswer } from '../store/transport.js';
import { purposeOf, type MigrationContext } from './context.js';

/** Where some state branches of a repository stand. One request, however many they are. */

export interface BranchesReading {
  /** `owner/name` under its present name. */
  readonly repo: string;
  readonly repoId: number;
  readonly defaultBranch: string;
  /** One for each that was asked for, in the same order. */
  readonly found: readonly Found[];
}

const oid = v.pipe(v.string(), v.regex(/^[0-9a-f]{40,64}$/));
const RefSchema = v.nullable(
  v.object({
    target: v.object({
      oid,
      marker: v.nullable(
        v.object({
          object: v.nullable(
            v.object({ text: v.nullish(v.string(), null), isTruncated: v.nullish(v.boolean(), false) }),
          ),
        }),
      ),
      records: v.nullable(v.object({ type: v.string() })),
    }),
  }),
);
const RepositorySchema = v.object({
  databaseId: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  nameWithOwner: v.pipe(v.string(), v.regex(/^[^/\s]+\/[^/\s]+$/)),
  defaultBranchRef: v.nullable(v.object({ name: v.string() })),
});
type Ref = NonNullable<v.InferOutput<typeof RefSchema>>;

export function readBranches(
  context: MigrationContext,
  asked: string,
  branches: readonly StateBranch[],
): Promise<Answered<BranchesReading>> {
  const [owner, name] = asked.split('/');
  const refs = branches.map((branch, index) => [`ref${String(index)}`, branch] as const);
  const query = queryOf(refs.map(([alias]) => alias));
  const names = Object.fromEntries(refs.map(([alias, branch]) => [alias, `refs/heads/${branch.name}`]));
  return untilTold<BranchesReading>(async () => {
    const purpose = purposeOf(context, 'reading the state branches', 'contents: read');
    const answer = await context.transport.graphql(query, { owner, name, ...names }, context.deadline);
    const Schema = v.object({
      repository: v.nullable(
        v.object({ ...RepositorySchema.entries, ...Object.fromEntries(refs.map(([alias]) => [alias, RefSchema])) }),
      ),
    });
    const read = parsed(answer, Schema, purpose);
    if (read.kind === 'failed') return read;
    const { repository } = read.value;
    if (repository === null) {
      const advice = `Check the name, and that the token may see it (permission "${purpose.permission}").`;
      return failed(permanent('permission_denied', `GitHub shows no repository ${asked} to this token`, advice));
    }
    const { databaseId: repoId, nameWithOwner, defaultBranchRef } = repository;
    // A repository with records has a default branch: an answer that shows none shows nothing about ours either.
    if (defaultBranchRef === null) {
      return failed(transient(`GitHub showed no default branch of ${asked} while ${purpose.doing}`, answer));
    }
    const shown: Readonly<Record<string, unknown>> = repository;
    const found = refs.map(([alias, branch]) => foundOf(v.parse(RefSchema, shown[alias]), branch, repoId));
    const repo = nameWithOwner.toLowerCase();
    return { kind: 'told', value: { repo, repoId, defaultBranch: defaultBranchRef.name, found } };
  }, context);
}

function queryOf(aliases: readonly string[]): string {
  const field = (alias: string): string => `${alias}: ref(qualifiedName: $${alias}) { ...State }`;
  return `query RunnerCoordMigrate($owner: String!, $name: String!, ${aliases.map((alias) => `$${alias}: String!`).join(', ')}) {
  repository(owner: $owner, name: $name) {
    databaseId
    nameWithOwner
    defaultBranchRef { name }
    ${aliases.map(field).join('\n    ')}
  }
}
fragment State on Ref {
  target {
    oid
    ... on Commit {
      marker: file(path: "${MARKER_PATH}") { object { ... on Blob { text isTruncated } } }
      records: file(path: "${RECORDS_FOLDER}") { type }
    }
  }
}`;
}

function foundOf(ref: Ref | null, branch: StateBranch, repoId: number): Found {
  if (ref === null) return { kind: 'absent' };
  const { oid: head, marker, records } = ref.target;
  const text = marker?.object?.isTruncated === true ? null : (marker?.object?.text ?? null);
  const hasRecords = records !== null;
  const judged = judgeBranch({ marker: marker === null ? 'absent' : { text }, hasRecords }, { repoId }, branch);
  if (judged.kind === 'failed') return { kind: 'foreign', failure: judged.failure };
  return { kind: 'ours', head, marker: judged.marker, hasRecords };
}

function parsed<T extends v.GenericSchema>(answer: HttpAnswer, schema: T, purpose: Purpose): Told<v.InferOutput<T>> {
  const read = readGraphqlAnswer(answer, purpose);
  if (read.kind === 'failed') return read;
  const [error] = read.errors;
  if (error !== undefined) return failed(failureOfError(error, read.raw, purpose));
  const data = v.safeParse(schema, read.data, { abortEarly: true });
  if (data.success) return { kind: 'told', value: data.output };
  const where = v.getDotPath(data.issues[0]) ?? 'data';
  return failed(transient(`GitHub’s answer could not be understood (${where}) while ${purpose.doing}`, answer));
}

function failed(failure: StoreFailure): { readonly kind: 'failed'; readonly failure: StoreFailure } {
  return { kind: 'failed', failure };
}
