import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { VERSION } from '../../src/command-line/version.js';
import { packageRoot } from '../../support/local-github/package-root.js';
import { recordOf } from '../../support/records.js';
import { onProcessStage, TOKEN } from '../support/scenario.js';

/** The npm package: packed as it would be published, installed where nothing is, and called by its name. */

const run = promisify(execFile);
// npm is a batch file on Windows, which only a shell starts; what it installs is the same.
const describeHere = process.platform === 'win32' ? describe.skip : describe;

let folder: string;
/** Nothing of this user's npm, and nothing of the npm that may have started the tests. */
let env: Readonly<Record<string, string | undefined>>;
let packed: readonly string[];

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

describeHere('the package', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'package-'));
    env = { PATH: process.env['PATH'], HOME: folder, npm_config_cache: join(folder, 'cache') };
    const pack = ['pack', '--ignore-scripts', '--offline', '--json', '--pack-destination', folder];
    const { stdout } = await run('npm', pack, { cwd: packageRoot(), env });
    const [first] = JSON.parse(stdout) as readonly Packed[];
    if (first === undefined) throw new Error(`npm packed nothing: ${stdout}`);
    packed = first.files.map(({ path }) => path).sort();
    const user = join(folder, 'user');
    await mkdir(user);
    await writeFile(join(user, 'package.json'), '{}');
    const install = ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', join('..', first.filename)];
    await run('npm', install, { cwd: user, env });
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  const command = (): string => join(folder, 'user', 'node_modules', '.bin', 'runner-coord');

  test('holds what runs, what it is and how it is called, and nothing else', async () => {
    // The command line keeps nothing in the cache of Actions, which is larger than all else together.
    const names = (await readdir(join(packageRoot(), 'dist'))).filter((name) => name !== 'actions-cache');
    const dist = names.map((name) => `dist/${name}`);
    expect(dist).toEqual(expect.arrayContaining(['dist/bundle.js', 'dist/cli.js', 'dist/licenses.txt']));
    const others = ['LICENSE', 'README.md', 'action.yml', 'docs/cli.md', 'package.json'];
    expect(packed).toEqual([...dist, ...others].sort());
  });

  test('needs no other package', async () => {
    const installed = await readdir(join(folder, 'user', 'node_modules'));
    expect(installed.filter((name) => !name.startsWith('.'))).toEqual(['runner-coord']);
  });

  test('says its version, which package.json says too', async () => {
    const manifest = JSON.parse(await readFile(join(packageRoot(), 'package.json'), 'utf8')) as { version: string };
    const { stdout } = await run(command(), ['--version'], { env });
    expect([stdout, VERSION]).toEqual([`${manifest.version}\n`, manifest.version]);
  });

  test('asks GitHub', () =>
    onProcessStage(async ({ github, plant, asked }) => {
      await plant(recordOf());
      asked();
      const { apiUrl, graphqlUrl, serverUrl } = github;
      const addresses = { GITHUB_API_URL: apiUrl, GITHUB_GRAPHQL_URL: graphqlUrl, GITHUB_SERVER_URL: serverUrl };
      const words = ['status', '--repo', 'acme/widgets', '--pr', '17', '--json'];
      const { stdout } = await run(command(), words, { env: { ...env, ...addresses, GH_TOKEN: TOKEN } });
      expect(JSON.parse(stdout)).toMatchObject({ ok: true, status: 'status', 'owner-run-id': '1001', pr: 17 });
      expect(asked()).toHaveLength(1);
    }));
});
