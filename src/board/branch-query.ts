import * as v from 'valibot';
import { MARKER_PATH, RECORDS_FOLDER } from '../core/marker.js';
import { FormerEntries, formerFields } from '../store/former-fields.js';

/** As many as the API gives; of sixteen branches half of it, so that the answer stays one that GitHub gives in time. */
function pageSize(branches: number): string {
  return branches === 1 ? '100' : '50';
}

/** The name under which an answer has the branch, or the page of it, that was asked for in that place. */
export function aliasOf(index: number): string {
  return `branch${String(index)}`;
}

const HISTORY = `fragment Page on CommitHistoryConnection {
  pageInfo { hasNextPage endCursor }
  nodes { oid committedDate message }
}`;

/**
 * The first question: where the branches stand, which records lie there, and what happened last; and of so many other
 * names whether the records lie there instead. One request, and one point however many branches there are.
 */
export function branchesQuery(branches: number, formers: number): string {
  const indexes = Array.from({ length: branches }, (_, index) => index);
  const former = formerFields(formers);
  const variables = indexes.map((index) => `, $ref${String(index)}: String!`).join('') + former.variables;
  const fields = indexes.map(
    (index) => `${aliasOf(index)}: ref(qualifiedName: $ref${String(index)}) { ...StateBranch }`,
  );
  return `query RunnerCoordBoard($owner: String!, $name: String!, $since: GitTimestamp!${variables}) {
  repository(owner: $owner, name: $name) {
    databaseId
    nameWithOwner
    defaultBranchRef { name }
    ${fields.join('\n    ')}
    ${former.fields}
  }
}
fragment StateBranch on Ref {
  target {
    oid
    ... on Commit {
      marker: file(path: "${MARKER_PATH}") { object { ... on Blob { text isTruncated } } }
      records: file(path: "${RECORDS_FOLDER}") {
        object { ... on Tree { entries { name object { ... on Tree { entries { name oid type size } } } } } }
      }
      history(first: ${pageSize(branches)}, since: $since) { ...Page }
    }
  }
}
${HISTORY}`;
}

/** A page of so many logs, each behind another one. */
export function pagesQuery(branches: number): string {
  const indexes = Array.from({ length: branches }, (_, index) => String(index));
  const variables = indexes.map((index) => `, $oid${index}: GitObjectID!, $after${index}: String!`).join('');
  const fields = indexes.map(
    (index) => `branch${index}: object(oid: $oid${index}) {
      ... on Commit { history(first: ${pageSize(branches)}, since: $since, after: $after${index}) { ...Page } }
    }`,
  );
  return `query RunnerCoordBoardLog($owner: String!, $name: String!, $since: GitTimestamp!${variables}) {
  repository(owner: $owner, name: $name) {
    ${fields.join('\n    ')}
  }
}
${HISTORY}`;
}

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
/** Of one of the branches; `null`: it is not there. */
export const RefSchema = v.nullable(v.object({ target: CommitSchema }));
/** What `branchesQuery` is answered, beside the branches. */
export const BranchesSchema = v.object({
  repository: v.nullable(
    v.objectWithRest(
      {
        databaseId: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
        nameWithOwner: v.pipe(v.string(), v.regex(/^[^/\s]+\/[^/\s]+$/)),
        defaultBranchRef: v.nullable(v.object({ name: v.string() })),
        ...FormerEntries,
      },
      v.unknown(),
    ),
  ),
});
/** What `pagesQuery` is answered. */
export const PagesSchema = v.object({ repository: v.record(v.string(), v.object({ history: HistorySchema })) });

export type Commit = v.InferOutput<typeof CommitSchema>;
export type FolderEntry = v.InferOutput<typeof EntrySchema>;
export type History = v.InferOutput<typeof HistorySchema>;
