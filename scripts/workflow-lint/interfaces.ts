import { parse } from 'yaml';

/** What can be asked of the action or of a reusable workflow, as its own file declares it. */
export interface Interface {
  readonly inputs: ReadonlySet<string>;
  readonly required: ReadonlySet<string>;
  readonly secrets: ReadonlySet<string>;
  readonly outputs: ReadonlySet<string>;
  /** What the jobs of a reusable workflow ask for; the caller has to grant at least that. */
  readonly permissions: Permissions;
}

export type Level = 'none' | 'read' | 'write';
export type Permissions = Readonly<Record<string, Level>>;

export interface Interfaces {
  readonly action: Interface;
  /** By file name, for example `coordinate.yml`. */
  readonly workflows: ReadonlyMap<string, Interface>;
}

interface Declared {
  readonly required?: boolean;
}

export function actionInterface(manifest: string): Interface {
  const { inputs = {}, outputs = {} } = parse(manifest) as Partial<
    Record<'inputs' | 'outputs', Record<string, Declared>>
  >;
  return { ...named(inputs, outputs), secrets: new Set(), permissions: {} };
}

/** `null` for a workflow that cannot be called. */
export function workflowInterface(workflow: string): Interface | null {
  const { on, jobs = {} } = parse(workflow) as {
    on?: { workflow_call?: Partial<Record<'inputs' | 'outputs' | 'secrets', Record<string, Declared>>> | null };
    jobs?: Record<string, { permissions?: unknown }>;
  };
  if (on === undefined || typeof on !== 'object' || !('workflow_call' in on)) return null;
  const { inputs = {}, outputs = {}, secrets = {} } = on.workflow_call ?? {};
  const permissions = Object.values(jobs)
    .map((job) => readPermissions(job.permissions) ?? {})
    .reduce<Permissions>(most, {});
  return { ...named(inputs, outputs), secrets: new Set(Object.keys(secrets)), permissions };
}

/** `undefined` where nothing is said. `read-all` and `write-all` are too much everywhere, so they count as nothing. */
export function readPermissions(value: unknown): Permissions | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'object' && value !== null ? (value as Permissions) : {};
}

/** For each permission the higher level of the two. */
export function most(one: Permissions, other: Permissions): Permissions {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(
    names.map((name) => [name, rank(one[name]) > rank(other[name]) ? (one[name] ?? 'none') : (other[name] ?? 'none')]),
  );
}

export function rank(level: Level | undefined): number {
  return level === 'write' ? 2 : level === 'read' ? 1 : 0;
}

function named(inputs: Record<string, Declared>, outputs: object): Pick<Interface, 'inputs' | 'required' | 'outputs'> {
  const required = Object.entries(inputs).filter(([, input]) => input.required === true);
  return {
    inputs: new Set(Object.keys(inputs)),
    required: new Set(required.map(([name]) => name)),
    outputs: new Set(Object.keys(outputs)),
  };
}
