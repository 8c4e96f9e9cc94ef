/**
 * Cuts GitHub's published OpenAPI description (npm `@octokit/openapi`, 385 MB installed) down to the operations that
 * the local GitHub of the tests answers. Not part of any build: run it by hand when an operation is added.
 *
 *   npm i @octokit/openapi            (in an empty folder elsewhere)
 *   npm run compile
 *   node build/scripts/extract-openapi.js <that folder>/node_modules/@octokit/openapi
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

const TARGET = 'support/local-github/github-rest/operations.json';

const OPERATIONS = [
  'GET /rate_limit',
  'GET /user',
  'GET /users/{username}',
  'GET /repos/{owner}/{repo}',
  'GET /repos/{owner}/{repo}/actions/runs',
  'GET /repos/{owner}/{repo}/actions/runs/{run_id}',
  'POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel',
  'POST /repos/{owner}/{repo}/actions/runs/{run_id}/force-cancel',
  'GET /repos/{owner}/{repo}/collaborators/{username}/permission',
  'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls',
  'GET /repos/{owner}/{repo}/contents/{path}',
  'PUT /repos/{owner}/{repo}/contents/{path}',
  'POST /repos/{owner}/{repo}/git/blobs',
  'GET /repos/{owner}/{repo}/git/blobs/{file_sha}',
  'POST /repos/{owner}/{repo}/git/commits',
  'GET /repos/{owner}/{repo}/git/commits/{commit_sha}',
  'GET /repos/{owner}/{repo}/git/matching-refs/{ref}',
  'GET /repos/{owner}/{repo}/git/ref/{ref}',
  'POST /repos/{owner}/{repo}/git/refs',
  'PATCH /repos/{owner}/{repo}/git/refs/{ref}',
  'DELETE /repos/{owner}/{repo}/git/refs/{ref}',
  'POST /repos/{owner}/{repo}/git/trees',
  'GET /repos/{owner}/{repo}/git/trees/{tree_sha}',
  'GET /repos/{owner}/{repo}/pulls',
  'GET /repos/{owner}/{repo}/pulls/{pull_number}',
  'POST /repos/{owner}/{repo}/statuses/{sha}',
] as const;

/** Prose and samples: most of the weight, and nothing a validator looks at. */
const PROSE = new Set(['description', 'example', 'examples', 'title', 'deprecated', 'externalDocs', 'summary']);

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function child(value: Json | undefined, ...path: string[]): Json | undefined {
  let current = value;
  for (const key of path) current = isObject(current) ? current[key] : undefined;
  return current;
}

/** Turns an OpenAPI 3.0 schema into a JSON schema: drops prose, and spells `nullable` the way JSON schema does. */
function toJsonSchema(schema: Json, propertyNames = false): Json {
  if (Array.isArray(schema)) return schema.map((item) => toJsonSchema(item));
  if (!isObject(schema)) return schema;
  if (typeof schema.$ref === 'string') return { $ref: schema.$ref.replace('#/components/schemas/', '#/schemas/') };
  const kept: JsonObject = {};
  for (const [key, value] of Object.entries(schema)) {
    if (!propertyNames && (PROSE.has(key) || key.startsWith('x-') || key === 'nullable' || key === 'default')) continue;
    // GitHub's alternatives overlap (an error body fits several), so its `oneOf` can only be held as "any of".
    const name = !propertyNames && key === 'oneOf' ? 'anyOf' : key;
    const isVerbatim = key === 'enum' || key === 'required';
    kept[name] = isVerbatim ? value : toJsonSchema(value, !propertyNames && key === 'properties');
  }
  return !propertyNames && schema.nullable === true ? { anyOf: [kept, { type: 'null' }] } : kept;
}

function resolve(api: Json, value: Json | undefined): Json | undefined {
  const reference = child(value, '$ref');
  return typeof reference === 'string' ? child(api, ...reference.slice(2).split('/')) : value;
}

function bodySchema(api: Json, holder: Json | undefined): Json | undefined {
  const content = child(resolve(api, holder), 'content');
  const schema = child(content, 'application/json', 'schema');
  return schema === undefined ? undefined : toJsonSchema(schema);
}

function extractOperation(api: Json, operation: string): JsonObject {
  const [method = '', path = ''] = operation.split(' ');
  const source = child(api, 'paths', path, method.toLowerCase());
  if (!isObject(source)) throw new Error(`The description has no operation ${operation}.`);
  const parameters = Array.isArray(source.parameters) ? source.parameters.map((item) => resolve(api, item)) : [];
  const query: JsonObject = {};
  for (const parameter of parameters) {
    const name = child(parameter, 'name');
    if (child(parameter, 'in') !== 'query' || typeof name !== 'string') continue;
    query[name] = toJsonSchema(child(parameter, 'schema') ?? {});
  }
  const responses: JsonObject = {};
  for (const [status, response] of Object.entries(isObject(source.responses) ? source.responses : {})) {
    responses[status] = bodySchema(api, response) ?? null;
  }
  const extract: JsonObject = { docs: child(source, 'externalDocs', 'url') ?? '', query, responses };
  const requestBody = bodySchema(api, source.requestBody);
  if (requestBody !== undefined) {
    extract.requestBody = requestBody;
    extract.requestBodyRequired = child(resolve(api, source.requestBody), 'required') ?? false;
  }
  return extract;
}

/** The names of the component schemas that a value mentions. */
function mentionedSchemas(value: Json): string[] {
  return [...JSON.stringify(value).matchAll(/"#\/schemas\/([^"/]+)/g)].map((match) => match[1] ?? '');
}

function extract(packageFolder: string): Json {
  const read = (file: string): Json => JSON.parse(readFileSync(join(packageFolder, file), 'utf8')) as Json;
  const api = read('generated/api.github.com.json');
  const operations: JsonObject = {};
  for (const operation of OPERATIONS) operations[operation] = extractOperation(api, operation);
  const schemas: JsonObject = {};
  const wanted = mentionedSchemas(operations);
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    if (name in schemas) continue;
    const schema = toJsonSchema(child(api, 'components', 'schemas', name) ?? {});
    schemas[name] = schema;
    wanted.push(...mentionedSchemas(schema));
  }
  const version = child(read('package.json'), 'version');
  return {
    comment:
      'Extract of GitHub’s published OpenAPI description, made by scripts/extract-openapi.ts: only the operations that the local GitHub of the tests answers.',
    source: `@octokit/openapi ${typeof version === 'string' ? version : '?'}, generated/api.github.com.json`,
    operations,
    schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

const [packageFolder] = process.argv.slice(2);
if (packageFolder === undefined) throw new Error('Give the folder of the installed @octokit/openapi.');
writeFileSync(TARGET, `${JSON.stringify(extract(packageFolder), null, 1)}\n`);
