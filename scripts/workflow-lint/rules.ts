import { isScalar, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { foreignOutputs } from './foreign.js';
import { type Interface, type Interfaces, type Permissions, rank, readPermissions } from './interfaces.js';
import { neededFor } from './needed.js';

/**
 * What actionlint and zizmor cannot know of our workflows: whether what they ask of runner-coord exists, and whether
 * their jobs have the permissions that it needs. Also two habits that we hold more strictly than they do.
 */

export interface Problem {
  readonly line: number;
  readonly message: string;
}

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly uses?: string;
  readonly permissions?: unknown;
  readonly needs?: string | readonly string[];
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly secrets?: unknown;
  readonly steps?: readonly Step[];
}

interface Workflow {
  readonly permissions?: unknown;
  readonly jobs?: Readonly<Record<string, Job>>;
}

type Path = readonly (string | number)[];
type Report = (path: Path, message: string) => void;

/**
 * `uses:` of this very action: by its name or as a local path, and under the path at which the reusable workflows find it
 * in their own repository, because a bare `$/` is nothing that starts.
 */
const OWN_ACTION =
  /^(?:org\/runner-coord@.+|\.\/|(?:\.\/|\$\/)\.github\/actions\/runner-coord|org\/runner-coord\/\.github\/actions\/runner-coord@.+)$/;
const OWN_WORKFLOW = /^(?:org\/runner-coord\/|\.\/|\$\/)\.github\/workflows\/([^@]+)(?:@.+)?$/;
const PINNED = /^[^@]+@[0-9a-f]{40}$/;

export function check(text: string, { action, workflows }: Interfaces): Problem[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const problems: Problem[] = document.errors.map(({ message, linePos }) => ({
    line: linePos?.[0].line ?? 1,
    message,
  }));
  if (problems.length > 0) return problems;
  const workflow = document.toJS() as Workflow;
  const lineOf = (path: Path): number => {
    for (let end = path.length; end > 0; end -= 1) {
      const node = document.getIn(path.slice(0, end), true) as Node | undefined;
      if (node?.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  const report: Report = (path, message) => problems.push({ line: lineOf(path), message });

  if (workflow.permissions === undefined)
    report([], 'the workflow has no top-level "permissions:"; write "permissions: {}"');
  const jobs = workflow.jobs ?? {};
  for (const [id, job] of Object.entries(jobs)) {
    const path = ['jobs', id];
    const granted = readPermissions(job.permissions ?? workflow.permissions) ?? {};
    const called = job.uses === undefined ? null : calledBy(job.uses, workflows);
    if (called === 'unknown') report([...path, 'uses'], `there is no reusable workflow ${String(job.uses)}`);
    else if (called !== null) {
      checkInputs(called, job.with, path, report);
      checkSecrets(called, job.secrets, path, report);
      checkPermissions(called.permissions, granted, path, report);
    }
    for (const [index, step] of (job.steps ?? []).entries()) {
      const place = [...path, 'steps', index];
      if (step.run?.includes('${{')) report([...place, 'run'], 'an expression in "run:"; hand it over through "env:"');
      if (step.uses === undefined || !OWN_ACTION.test(step.uses)) continue;
      checkInputs(action, step.with, place, report);
      checkPermissions(neededFor(step.with ?? {}), granted, place, report);
    }
    checkReferences(['jobs', id], job, (kind, name) => {
      if (kind === 'steps') return outputsOfStep(job.steps ?? [], name, action);
      if (kind === 'needs') return needsOf(job).includes(name) ? outputsOfJob(jobs[name], workflows) : null;
      return null;
    });
  }
  checkReferences(['on'], (document.toJS() as { on?: unknown }).on, (kind, name) =>
    kind === 'jobs' ? outputsOfJob(jobs[name], workflows) : null,
  );
  checkPins();
  return problems.sort((a, b) => a.line - b.line);

  /** Every `steps.X.outputs.Y` and the like below a path. `any`: not ours, and nothing is known of it. */
  function checkReferences(path: Path, value: unknown, outputsOf: (kind: string, name: string) => Known): void {
    for (const [place, scalar] of scalarsOf(value, path)) {
      for (const [found, kind = '', name = '', output = ''] of scalar.matchAll(REFERENCE)) {
        const known = outputsOf(kind, name);
        if (known === null) report(place, `"${found}": there is no "${name}" to ask here`);
        else if (known !== 'any' && !known.has(output)) report(place, `"${found}": there is no such output`);
      }
      if (/\.outputs\s*\[/.test(scalar)) report(place, 'write "outputs.name", so that it can be checked');
    }
  }

  function checkPins(): void {
    visit(document, {
      Pair(_key, pair) {
        if (!isScalar(pair.key) || pair.key.value !== 'uses' || !isScalar(pair.value)) return;
        const uses = String(pair.value.value);
        if (OWN_ACTION.test(uses) || OWN_WORKFLOW.test(uses)) return;
        const line = lines.linePos(pair.value.range?.[0] ?? 0).line;
        if (!PINNED.test(uses)) problems.push({ line, message: `"${uses}" is not pinned by a full commit` });
        else if (!/^ v\d+\.\d+\.\d+\b/.test(pair.value.comment ?? '')) {
          problems.push({ line, message: `"${uses}" lacks the comment that says which version it is, as "# v1.2.3"` });
        }
      },
    });
  }
}

type Known = ReadonlySet<string> | 'any' | null;

const REFERENCE = /\b(steps|needs|jobs)\.([A-Za-z_][\w-]*)\.outputs\.([A-Za-z_][\w-]*)/g;

function checkInputs(
  asked: Interface,
  given: Readonly<Record<string, unknown>> | undefined,
  path: Path,
  report: Report,
): void {
  const names = Object.keys(given ?? {});
  for (const name of names) {
    if (!asked.inputs.has(name)) report([...path, 'with', name], `there is no input "${name}"`);
  }
  for (const name of asked.required) if (!names.includes(name)) report(path, `the input "${name}" is required`);
}

function checkSecrets(asked: Interface, given: unknown, path: Path, report: Report): void {
  if (given === undefined) return;
  if (typeof given !== 'object' || given === null)
    return report([...path, 'secrets'], 'name the secrets that are passed');
  for (const name of Object.keys(given)) {
    if (!asked.secrets.has(name)) report([...path, 'secrets', name], `there is no secret "${name}"`);
  }
}

function checkPermissions(needed: Permissions, granted: Permissions, path: Path, report: Report): void {
  for (const [name, level] of Object.entries(needed)) {
    if (rank(granted[name]) < rank(level)) report(path, `the job needs the permission "${name}: ${level}"`);
  }
}

function calledBy(uses: string, workflows: Interfaces['workflows']): Interface | 'unknown' | null {
  const file = OWN_WORKFLOW.exec(uses)?.[1];
  return file === undefined ? null : (workflows.get(file) ?? 'unknown');
}

function outputsOfStep(steps: readonly Step[], id: string, action: Interface): Known {
  const step = steps.find((candidate) => candidate.id === id);
  if (step === undefined) return null;
  if (step.uses !== undefined)
    return OWN_ACTION.test(step.uses) ? action.outputs : (foreignOutputs(step.uses) ?? 'any');
  return new Set([...(step.run ?? '').matchAll(WRITTEN)].flatMap(([, one, other]) => one ?? other ?? []));
}

/** `echo "name=…" >> "$GITHUB_OUTPUT"` and `echo 'name<<END'`, the two ways in which our scripts write outputs. */
const WRITTEN = /\becho (?:"([\w-]+)=|'([\w-]+)<<)/g;

function outputsOfJob(job: Job | undefined, workflows: Interfaces['workflows']): Known {
  if (job === undefined) return null;
  if (job.uses === undefined) return new Set(Object.keys(job.outputs ?? {}));
  const called = calledBy(job.uses, workflows);
  return called === null || called === 'unknown' ? 'any' : called.outputs;
}

function needsOf({ needs = [] }: Job): readonly string[] {
  return typeof needs === 'string' ? [needs] : needs;
}

function* scalarsOf(value: unknown, path: Path): Generator<[Path, string]> {
  if (typeof value === 'string') yield [path, value];
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* scalarsOf(item, [...path, index]);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) yield* scalarsOf(item, [...path, key]);
  }
}
