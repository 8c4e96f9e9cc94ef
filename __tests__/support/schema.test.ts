import { expect, test } from '@jest/globals';
import { type GraphQLNamedType, isInterfaceType, isObjectType, isUnionType, printType } from 'graphql';
import { COMMIT_MUTATION } from '../../src/store/commit-change.js';
import { readQuery } from '../../src/store/read-query.js';
import { parseDocument } from '../../support/local-github/graphql/document.js';
import { githubSchema, smallSchema } from '../../support/local-github/graphql/schema.js';

/** The part of GitHub's schema that most documents are checked against says nothing that the whole does not say. */

const whole = githubSchema();
const types = Object.values(smallSchema().getTypeMap()).filter(({ name }) => !name.startsWith('__'));

/** Without prose, line by line. */
function linesOf(type: GraphQLNamedType): string[] {
  return printType(type)
    .replaceAll(/^ *"""[^]*?"""\n/gm, '')
    .split('\n')
    .filter((line) => line !== '');
}

test.each(types.map((type) => [type.name, type] as const))('%s is a part of what GitHub has', (name, type) => {
  const published = whole.getType(name);
  if (!published) throw new Error(`GitHub has no ${name}.`);
  const [head = '', ...lines] = linesOf(type);
  const [publishedHead = '', ...publishedLines] = linesOf(published);
  if (isObjectType(type) || isInterfaceType(type) || isUnionType(type)) {
    expect(publishedHead.split(/\W+/)).toEqual(expect.arrayContaining(head.split(/\W+/)));
    expect(publishedLines).toEqual(expect.arrayContaining(lines));
    expect(isUnionType(type) || lines.length > 1).toBe(true);
  } else {
    expect([head, ...lines]).toEqual([publishedHead, ...publishedLines]);
  }
});

test.each([readQuery(4), COMMIT_MUTATION])('it is enough for what the action asks: %.40s', (document) => {
  expect(parseDocument(document)).toMatchObject({ errors: [] });
  expect(parseDocument(document).schema === smallSchema()).toBe(true);
});

test.each([
  ['of a type that was left out', '{ viewer { gists(first: 1) { totalCount } } }', 0],
  ['that nobody has', '{ viewer { shoeSize } }', 1],
])('a field %s is looked up in the whole', (_name, document, errors) => {
  expect(parseDocument(document).errors).toHaveLength(errors);
  expect(parseDocument(document).schema === whole).toBe(true);
});
