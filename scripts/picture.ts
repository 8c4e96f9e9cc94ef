import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findChromium, startBrowser, type Browser } from '../support/chromium.js';
import { packageRoot } from '../support/local-github/package-root.js';
import { startLocalGitHub } from '../support/local-github/index.js';
import { runStep } from '../support/runner.js';
import { NOW, plantDay } from './picture/day.js';

/**
 * `npm run picture`: the picture in README. A step of the real dist/ draws the board of a repository with a day behind it, and
 * a Chromium takes it, light and dark. Run it when the page of the board looks different; nothing compares the bytes, because
 * each browser draws its own.
 */

const WIDTH = 1000;
const folder = join(packageRoot(), 'build', 'picture');
const images = join(packageRoot(), 'docs', 'images');

const executable = findChromium();
if (executable === null) throw new Error('No Chromium is on the PATH, nor named by CHROMIUM.');

await drawBoard();
await mkdir(images, { recursive: true });
const browser = await startBrowser(executable);
try {
  for (const theme of ['light', 'dark']) await take(browser, theme);
} finally {
  await browser.close();
}

async function drawBoard(): Promise<void> {
  const github = await startLocalGitHub();
  try {
    github.issueToken('token-looks', {
      login: 'maria',
      permissions: { contents: 'read', actions: 'read', 'pull-requests': 'read' },
    });
    const repository = await github.createRepository('acme/widgets');
    await plantDay(repository);
    github.clock.shift(NOW.getTime() - Date.now());
    const inputs = { command: 'board', since: '6h', 'board-dir': folder };
    const step = await runStep(github, { with: inputs, token: 'token-looks', runId: 1011 });
    if (step.outputs['status'] !== 'board') throw new Error(step.stdout + step.stderr);
  } finally {
    await github.close();
  }
}

async function take({ send, open, value }: Browser, theme: string): Promise<void> {
  // Without the script: it would say how long ago that was, and offer filters, which a picture cannot.
  await send('Emulation.setScriptExecutionDisabled', { value: true });
  await send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: theme }] });
  await send('Emulation.setDeviceMetricsOverride', {
    width: WIDTH,
    height: 2000,
    deviceScaleFactor: 1,
    mobile: false,
  });
  await open(pathToFileURL(join(folder, 'board.html')).href);
  const height = await value(`Math.ceil(document.getElementById('lanes').getBoundingClientRect().bottom) + 12`);
  const clip = { x: 0, y: 0, width: WIDTH, height, scale: 1 };
  const { data } = (await send('Page.captureScreenshot', { captureBeyondViewport: true, clip })) as { data: string };
  await writeFile(join(images, `board-${theme}.png`), Buffer.from(data, 'base64'));
  console.log(`docs/images/board-${theme}.png`);
}
