import * as v from 'valibot';
import { MARKER_PATH, RECORDS_FOLDER } from '../core/marker.js';

/** The first question: where the branch stands, which records lie there, and what happened last. One request. */
export const BRANCH_QUERY = `query RunnerCoordBoard($owner: String!, $name: String!, $ref: String!, $since: GitTimestamp!) {
  repository(owner: $owner, name: $name) {
    databaseId
    nameWithOwner
    defaultBranchRef { name }
    ref(qualifiedName: $ref) {
      target {
        oid
        ... on Commit {
          marker: file(path: "${MARKER_PATH}") { object { ... on Blob { text isTruncated } } }
          records: file(path: "${RECORDS_FOLDER}") {
            object { ... on Tree { entries { name object { ... on Tree { entries { name oid type size } } } } } }
          }
          history(first: 100, since: $since) {
            pageInfo { hasNextPage endCursor }
            nodes { oid committedDate message }
          }
        }
      }
    }
  }
}`;

/** A page of the log behind another one. */
export const HISTORY_QUERY = `query RunnerCoordBoardLog(
  $owner: String!, $name: String!, $oid: GitObjectID!, $since: GitTimestamp!, $after: String!
) {
  repository(owner: $owner, name: $name) {
    object(oid: $oid) {
      ... on Commit {
        history(first: 100, since: $since, after: $after) {
          pageInfo { hasNextPage endCursor }
          nodes { oid committedDate message }
        }
      }
    }
  }
}`;

const oid = v.pipe(v.string(), v.regex(/^[0-9a-f]{40,64}$/));
const HistorySchema = v.object({
  pageInfo: v.object({ hasNextPage: v.boolean(), endCursor: v.nullable(v.string()) }),
  nodes: v.array(v.object({ oid, committedDate: v.string(), message: v.string() })),
});
const MarkerSchema = v.nullable(
  v.object({
    object: v.nullable(v.object({ text: v.nullish(v.string(), null), isTruncated: v.nullish(v.boolean(), false) })),
  }),
);
const EntrySchema = v.object({ name: v.string(), oid, type: v.string(), size: v.number() });
const FolderSchema = v.object({
  name: v.string(),
  // A file beside the folders of records is none.
  object: v.nullable(v.object({ entries: v.nullish(v.array(EntrySchema), []) })),
});
const CommitSchema = v.object({
  oid,
  marker: MarkerSchema,
  records: v.nullable(v.object({ object: v.nullable(v.object({ entries: v.nullish(v.array(FolderSchema), []) })) })),
  history: HistorySchema,
});
/** What `BRANCH_QUERY` is answered. */
export const BranchSchema = v.object({
  repository: v.nullable(
    v.object({
      databaseId: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
      nameWithOwner: v.pipe(v.string(), v.regex(/^[^/\s]+\/[^/\s]+$/)),
      defaultBranchRef: v.nullable(v.object({ name: v.string() })),
      ref: v.nullable(v.object({ target: CommitSchema })),
    }),
  ),
});
/** What `HISTORY_QUERY` is answered. */
export const PageSchema = v.object({ repository: v.object({ object: v.object({ history: HistorySchema }) }) });

export type FolderEntry = v.InferOutput<typeof EntrySchema>;
export type History = v.InferOutput<typeof HistorySchema>;
