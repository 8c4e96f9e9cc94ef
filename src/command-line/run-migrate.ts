import { overviewRepository, WITHOUT_REPOSITORY } from '../use-case/overview-repository.js';
import { CODE_TABLE, EXIT } from '../core/code-table.js';
import type { Failure } from '../core/outcome.js';
import { sentence } from '../core/text.js';
import { migrate, type Migrated } from '../migrate/migrate.js';
import { createTransport } from '../store/octokit-transport.js';
import { systemClock } from '../time/clock.js';
import type { Asked } from './asked.js';
import { MIGRATE_TIMEOUT } from './help-texts.js';
import { say } from './say.js';
import { findToken } from './token.js';
import { findContext } from './who-asks.js';

type Wanted = Extract<Asked, { kind: 'migrate' }>;

/** `runner-coord migrate`: says what became of it, on stderr for people and with --json on stdout for scripts. */
export async function runMigrate({ texts, json, from, dryRun }: Wanted): Promise<number> {
  const to = texts['state-branch'] ?? '';
  const asked = { command: 'migrate', from, 'state-branch': to, 'dry-run': dryRun };
  const refuse = (failure: Failure, begun = false): number => {
    const unfinished = begun ? ` The move has begun, and until it is done nobody can claim: run this again. ` : ' ';
    const message = `${sentence(failure.problem)}${unfinished}${failure.advice}`;
    say.info(`error: ${message}`);
    if (json) print({ ok: false, ...asked, error: failure.code, message });
    return CODE_TABLE.error[failure.code].exit;
  };
  // A look at the whole repository, as the board takes one.
  const found = await findContext('board', { timeout: MIGRATE_TIMEOUT, ...texts }, process.env, 'migrate');
  if (!found.ok) return refuse(found.failure);
  const { inputs, environment, asker } = found.context;
  const { apiUrl, graphqlUrl } = environment;
  const token = await findToken(process.env, environment);
  if (!token.ok) return refuse(token.failure);
  const repo = overviewRepository(inputs.repo, asker);
  if (repo === null) return refuse(WITHOUT_REPOSITORY);
  const transport = await createTransport({ token: token.value, apiUrl, graphqlUrl });
  const wanted = { repo, from, to, dryRun, timeoutMs: inputs.timeout };
  const answer = await migrate(wanted, { transport, clock: systemClock, say });
  if (!answer.ok) return refuse(answer.failure, answer.begun);
  const { migrated } = answer;
  const message = tellOf(migrated, to, dryRun);
  say.info(message);
  if (json) print({ ok: true, ...asked, error: null, message, ...migrated });
  return EXIT.OWNED;
}

function tellOf({ repo, from, branches, requests }: Migrated, to: string, dryRun: boolean): string {
  const missing = branches.filter(({ isThere }) => !isThere);
  const records = branches.reduce((sum, { records: some }) => sum + some, 0);
  const what = `${counted(records, 'record')} of ${repo} from "${from}" to "${to}"`;
  if (missing.length === 0) return `There is nothing left to do: "${to}" was made from the records of "${from}".`;
  if (dryRun) {
    const where = missing.map(({ branch, records: some }) => `${branch} (${String(some)})`).join(', ');
    return `Would move ${what}, and make the branches ${where}. Nothing was written.`;
  }
  const made = `${counted(missing.length, 'branch', 'branches')} made, ${String(requests)} requests`;
  return `Moved ${what} (${made}). Now set the input "state-branch" to ${to} in all workflows of the repository.`;
}

function counted(count: number, one: string, more = `${one}s`): string {
  return `${String(count)} ${count === 1 ? one : more}`;
}

function print(answer: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
