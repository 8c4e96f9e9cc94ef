import * as v from 'valibot';
import { MARKER_PATH } from '../core/marker.js';

/** What is asked of other state branches in the query for the one that is meant. */

/** As many as there can be names; see `formerNames` and `shardsBeside`. */
const FORMERS = [
  'former0',
  'former1',
  'former2',
  'former3',
  'former4',
  'former5',
  'former6',
  'former7',
  'former8',
  'former9',
  'former10',
  'former11',
  'former12',
  'former13',
  'former14',
  'former15',
] as const;

/** The fields and variables that ask for so many names. */
export function formerFields(count: number): { readonly variables: string; readonly fields: string } {
  const asked = FORMERS.slice(0, count);
  const field = (name: string): string => `${name}: ref(qualifiedName: $${name}) {
      name
      target { ... on Commit { marker: file(path: "${MARKER_PATH}") { object { ... on Blob { text } } } } }
    }`;
  return { variables: asked.map((name) => `, $${name}: String!`).join(''), fields: asked.map(field).join('\n    ') };
}

const Former = v.nullable(
  v.object({
    name: v.string(),
    target: v.object({
      marker: v.nullish(v.object({ object: v.nullable(v.object({ text: v.nullish(v.string(), null) })) }), null),
    }),
  }),
);
/** Of an answer; what was not asked for is not there. */
export const FormerEntries = Object.fromEntries(FORMERS.map((name) => [name, v.optional(Former)])) as Readonly<
  Record<(typeof FORMERS)[number], v.OptionalSchema<typeof Former, undefined>>
>;
type Answered = v.InferOutput<typeof Former>;
export type Formers = { readonly [Name in (typeof FORMERS)[number]]?: Answered | undefined };

export function formerVariables(names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name, index) => [`former${String(index)}`, `refs/heads/${name}`]));
}

/** Whether all that was asked for was answered. */
export function areTold(formers: Formers, count: number): boolean {
  return FORMERS.slice(0, count).every((name) => formers[name] !== undefined);
}

/** The branches of those names that exist. */
export function formersThere(formers: Formers): readonly NonNullable<Answered>[] {
  return FORMERS.flatMap((name) => formers[name] ?? []);
}
