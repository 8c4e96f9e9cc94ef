import * as v from 'valibot';
import { MARKER_PATH, RECORDS_FOLDER } from '../core/marker.js';
import { FormerEntries, formerFields } from './former-fields.js';

/**
 * Everything a decision needs, in one query. Marker and record are read *through* the head commit (`Commit.file`), never
 * by the branch's name: only so do they belong together with the head, which the compare-and-swap relies on.
 *
 * @param formers how many names to look at beside it; see `formerNames`.
 */
export function readQuery(formers: number): string {
  const { variables, fields } = formerFields(formers);
  return `query RunnerCoordRead($owner: String!, $name: String!, $pr: Int!, $ref: String!, $path: String!${variables}) {
  repository(owner: $owner, name: $name) {
    databaseId
    nameWithOwner
    defaultBranchRef { name }
    ref(qualifiedName: $ref) {
      target {
        oid
        ... on Commit {
          committedDate
          message
          marker: file(path: "${MARKER_PATH}") { object { ... on Blob { text isTruncated } } }
          records: file(path: "${RECORDS_FOLDER}") { type }
          record: file(path: $path) { object { ... on Blob { text isTruncated } } }
        }
      }
    }
    ${fields}
    pullRequest(number: $pr) {
      state
      headRefOid
      headRefName
      baseRefName
      isCrossRepository
      headRepository { nameWithOwner }
    }
  }
}`;
}

const oid = v.pipe(v.string(), v.regex(/^[0-9a-f]{40,64}$/, 'is not an object id'));
const repositoryName = v.pipe(v.string(), v.regex(/^[\x21-\x2e\x30-\x7e]+\/[\x21-\x2e\x30-\x7e]+$/));

const file = v.nullable(
  v.object({
    object: v.nullable(v.object({ text: v.nullish(v.string(), null), isTruncated: v.nullish(v.boolean(), false) })),
  }),
);

export const PullRequestSchema = v.object({
  state: v.picklist(['OPEN', 'CLOSED', 'MERGED']),
  headRefOid: oid,
  headRefName: v.string(),
  baseRefName: v.string(),
  isCrossRepository: v.boolean(),
  headRepository: v.nullable(v.object({ nameWithOwner: repositoryName })),
});

export const ReadSchema = v.object({
  repository: v.nullable(
    v.object({
      databaseId: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
      nameWithOwner: repositoryName,
      defaultBranchRef: v.nullable(v.object({ name: v.string() })),
      ref: v.nullable(
        v.object({
          target: v.object({
            oid,
            committedDate: v.string(),
            message: v.string(),
            marker: file,
            records: v.nullable(v.object({ type: v.string() })),
            record: file,
          }),
        }),
      ),
      pullRequest: v.nullable(PullRequestSchema),
      ...FormerEntries,
    }),
  ),
});

export type ReadRepository = NonNullable<v.InferOutput<typeof ReadSchema>['repository']>;
