import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { packageRoot } from '../package-root.js';
import type { Operation } from './routes.js';

interface OperationSchemas {
  readonly docs: string;
  readonly query: Readonly<Record<string, object>>;
  readonly responses: Readonly<Record<string, object | null>>;
  readonly requestBody?: object;
  readonly requestBodyRequired?: boolean;
}

interface Extract {
  readonly operations: Readonly<Record<Operation, OperationSchemas>>;
  readonly schemas: Readonly<Record<string, object>>;
}

/** GitHub's OpenAPI description, cut to our operations (version 23.0.2 of `@octokit/openapi`; see the fixture). */
let extract: Extract | undefined;
let ajv: Ajv | undefined;
const validators = new Map<string, ValidateFunction | null>();

function description(): Extract {
  const file = join(packageRoot(), 'support/local-github/github-rest/operations.json');
  extract ??= JSON.parse(readFileSync(file, 'utf8')) as Extract;
  return extract;
}

/** Compiled when first needed: most tests use few operations. */
function validator(pointer: string, find: () => object | null | undefined): ValidateFunction | null {
  const known = validators.get(pointer);
  if (known !== undefined) return known;
  // The formats (uri, date-time) are not checked; uri-template and the like would need another package.
  ajv ??= new Ajv({
    ...{ strict: false, validateFormats: false, allErrors: true, coerceTypes: false },
    // A user stands in most schemas many times over. Compiling took longer than a whole test, and checking takes no time.
    ...{ inlineRefs: false, code: { optimize: false } },
  });
  if (ajv.getSchema('github') === undefined) ajv.addSchema({ schemas: description().schemas }, 'github');
  const schema = find();
  const text = JSON.stringify(schema ?? null).replaceAll('"#/schemas/', '"github#/schemas/');
  const compiled = schema === null || schema === undefined ? null : ajv.compile(JSON.parse(text) as object);
  validators.set(pointer, compiled);
  return compiled;
}

function complaints(check: ValidateFunction | null, value: unknown): string[] {
  if (check === null || check(value)) return [];
  return (check.errors ?? []).map(({ instancePath, keyword, message, params }) => {
    const missing: unknown = keyword === 'required' ? params.missingProperty : undefined;
    return typeof missing === 'string' ? `"${missing}" wasn't supplied.` : `${instancePath || '/'} ${message ?? ''}`;
  });
}

/** What GitHub's description objects to in a request body. */
export function bodyComplaints(operation: Operation, body: unknown): string[] {
  const { requestBody, requestBodyRequired } = description().operations[operation];
  if (body === undefined) return requestBodyRequired === true ? ['/ a body is required'] : [];
  return complaints(
    validator(`${operation} body`, () => requestBody),
    body,
  );
}

/** What it objects to in the query string; numbers and booleans arrive as text. */
export function queryComplaints(operation: Operation, query: URLSearchParams): string[] {
  const schemas = description().operations[operation].query;
  return [...query].flatMap(([name, value]) => {
    const schema = schemas[name];
    if (schema === undefined) return [];
    const check = validator(`${operation} query ${name}`, () => schema);
    return complaints(check, /^-?\d+$/.test(value) ? Number(value) : value).length > 0
      ? complaints(check, value).map((complaint) => `?${name} ${complaint}`)
      : [];
  });
}

/** A pull request out of a deleted fork has no head repository, whatever the description says. */
const UNDESCRIBED = /^(\/\d+)?\/head\/repo /;

/** What it objects to in an answer of ours; a status it does not list is only allowed for refusals. */
export function responseComplaints(operation: Operation, status: number, body: unknown): string[] {
  const { responses } = description().operations[operation];
  if (!(String(status) in responses)) return status < 400 ? [`status ${status} is not listed`] : [];
  const all = complaints(
    validator(`${operation} ${status}`, () => responses[String(status)]),
    body,
  );
  return all.filter((complaint) => !UNDESCRIBED.test(complaint));
}

export function docsUrl(operation: Operation): string {
  return description().operations[operation].docs;
}
