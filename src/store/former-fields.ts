import * as v from 'valibot';
import { MARKER_PATH } from '../core/marker.js';

/** What is asked of other state branches in the query for the one that is meant. */

/** As many as there are names; see `formerNames`. */
export const FORMERS = ['former0', 'former1', 'former2', 'former3'] as const;

/** The fields and variables that ask for so many names. */
export function formerFields(count: number): { readonly variables: string; readonly fields: string } {
  const asked = FORMERS.slice(0, count);
  const field = (name: string): string => `${name}: ref(qualifiedName: $${name}) {
      name
      target { ... on Commit { marker: file(path: "${MARKER_PATH}") { object { ... on Blob { text } } } } }
    }`;
  return { variables: asked.map((name) => `, $${name}: String!`).join(''), fields: asked.map(field).join('\n    ') };
}

const FormerSchema = v.nullable(
  v.object({
    name: v.string(),
    target: v.object({
      marker: v.nullish(v.object({ object: v.nullable(v.object({ text: v.nullish(v.string(), null) })) }), null),
    }),
  }),
);
const Former = v.optional(FormerSchema);
export const FormerEntries = { former0: Former, former1: Former, former2: Former, former3: Former };
type Answered = v.InferOutput<typeof Former>;
export type Formers = { readonly [Name in (typeof FORMERS)[number]]?: Answered };

export function formerVariables(names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name, index) => [`former${String(index)}`, `refs/heads/${name}`]));
}

/** Whether all that was asked for was answered. */
export function areTold(formers: Formers, count: number): boolean {
  return FORMERS.slice(0, count).every((name) => formers[name] !== undefined);
}

/** Whether no branch of those names exists. */
export function isNoneThere(formers: Formers): boolean {
  return FORMERS.every((name) => formers[name] == null);
}
