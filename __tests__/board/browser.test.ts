import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pageBoard } from '../../src/board/draw/page.js';
import type { Board } from '../../src/core/board/model.js';
import { findChromium, startBrowser, type Browser } from '../../support/chromium.js';
import { hostileBoard, largeBoard } from './other-boards.js';
import { smallBoard } from './sample-board.js';

/** The page as a browser shows it. */

const executable = findChromium();
const EVIL = '"><img src=x onerror="document.title=1"><script>document.title=2</script>\u202e<b>';

if (executable === null) {
  test.skip('board.html in a browser: no Chromium is on the PATH, nor named by CHROMIUM', () => undefined);
} else {
  describe('board.html in a browser', () => {
    const folder = mkdtempSync(join(tmpdir(), 'board-pages-'));
    let browser: Browser;

    beforeAll(async () => {
      browser = await startBrowser(executable);
    });
    afterAll(async () => {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    });

    async function show(board: Board): Promise<void> {
      const file = join(folder, 'board.html');
      writeFileSync(file, pageBoard(board));
      await browser.open(pathToFileURL(file).href);
    }
    const prs = (): Promise<unknown> =>
      browser.value(
        `[...document.querySelectorAll('#owners tbody tr:not([hidden])')].map((row) => Number(row.dataset.pr))`,
      );
    const press = (column: number): Promise<unknown> =>
      browser.value(`document.querySelectorAll('#owners thead button')[${String(column)}].click()`);
    const choose = (name: string, value: string): Promise<unknown> =>
      browser.value(
        `{ const one = document.getElementById('${name}'); one.value = ${JSON.stringify(value)}; one.dispatchEvent(new Event('input', { bubbles: true })); }`,
      );
    const shown = (): Promise<unknown> => browser.value(`document.getElementById('shown').textContent`);

    test('the script may run, sorts by a press on a head, and puts back the order of the board', async () => {
      await show(smallBoard());
      await expect(prs()).resolves.toEqual([17, 21, 23, 24, 17, 30, 31, 32]);
      await press(0);
      await expect(prs()).resolves.toEqual([17, 17, 21, 23, 24, 30, 31, 32]);
      await press(3);
      await expect(prs()).resolves.toEqual([17, 30, 23, 17, 21, 24, 31, 32]);
      await press(3);
      await expect(prs()).resolves.toEqual([21, 17, 23, 30, 17, 24, 31, 32]);
      await expect(
        browser.value(
          `[...document.querySelectorAll('#owners thead th')].map((head) => head.getAttribute('aria-sort'))`,
        ),
      ).resolves.toEqual([null, null, null, 'descending', null, null]);
      await browser.value(`document.querySelector('form button').click(), new Promise((done) => setTimeout(done, 20))`);
      await expect(prs()).resolves.toEqual([17, 21, 23, 24, 17, 30, 31, 32]);
      expect(browser.complaints).toEqual([]);
    });

    test('filters by pull request, workflow and state, the timeline too', async () => {
      await choose('pr', '#17');
      await expect(prs()).resolves.toEqual([17, 17]);
      await expect(shown()).resolves.toBe('2 of 8 rows shown');
      await choose('pr', 'other way');
      await expect(prs()).resolves.toEqual([17, 17]);
      await choose('pr', '');
      await choose('state', 'held');
      await expect(prs()).resolves.toEqual([30]);
      await expect(
        browser.value(
          `[...document.querySelectorAll('#lanes > li:not([hidden]) .name')].map((name) => name.textContent)`,
        ),
      ).resolves.toEqual(['#30']);
      await choose('state', '');
      const nightly = await browser.value(
        `[...document.getElementById('workflow').options].find((option) => option.text === 'nightly').value`,
      );
      await choose('workflow', String(nightly));
      await expect(prs()).resolves.toEqual([31]);
      await choose('workflow', '');
      await expect(shown()).resolves.toBe('');
    });

    test.each([
      ['true to life', smallBoard()],
      ['hostile', hostileBoard(EVIL + 'x'.repeat(300))],
    ])('a phone does not scroll sideways: %s', async (_, board) => {
      await browser.send('Emulation.setDeviceMetricsOverride', {
        width: 360,
        height: 740,
        deviceScaleFactor: 1,
        mobile: true,
      });
      await show(board);
      await browser.value(`document.querySelectorAll('details').forEach((one) => (one.open = true))`);
      await expect(browser.value(`document.documentElement.scrollWidth`)).resolves.toBe(360);
      await browser.send('Emulation.clearDeviceMetricsOverride');
    });

    test('hostile texts are text: nothing of them runs, loads or becomes an element', async () => {
      await show(hostileBoard(EVIL));
      await expect(browser.value(`document.querySelectorAll('img, main b, main script').length`)).resolves.toBe(0);
      await expect(browser.value('document.title')).resolves.toMatch(/^Who owns the pull requests of "><img/);
      await expect(browser.value(`document.querySelector('#owners .more').textContent`)).resolves.toBe(
        EVIL.replace('\u202e', ' '),
      );
      expect(browser.complaints).toEqual([]);
    });

    test('a script that is not of the page does not run', async () => {
      const file = join(folder, 'changed.html');
      writeFileSync(file, pageBoard(smallBoard()).replace('<main>', '<main><script>document.title = 1</script>'));
      await browser.open(pathToFileURL(file).href);
      await expect(browser.value('document.title')).resolves.toBe('Who owns the pull requests of acme/widgets');
      expect(browser.complaints.splice(0).join()).toContain('Content Security Policy');
    });

    test('a thousand rows are filtered and sorted at once', async () => {
      await show({ ...largeBoard(1000), tenures: [] });
      const started = 'const started = performance.now()';
      const ms = await browser.value(
        `(() => { ${started}; const one = document.getElementById('pr'); one.value = '12'; one.dispatchEvent(new Event('input', { bubbles: true })); document.querySelectorAll('#owners thead button')[3].click(); return performance.now() - started; })()`,
      );
      expect(ms).toBeLessThan(1000);
      await expect(shown()).resolves.toBe('100 of 1000 rows shown');
    });
  });
}
