/** Draws the topology view in every theme, width, size and situation, and checks each drawing. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import type { FromTopology, ToTopology } from '../../webviews/topology/contract';
import { accessibilityFindings } from './fixtures/accessibility';
import { edges, jobsIn, situations } from './fixtures/jobs';
import { launchBrowser, openView, themeNames, type ThemeName } from './fixtures/openView';

const widths = { narrow: 220, wide: 1100 };
const folder = 'out/screenshots';

describe('topology view', () => {
  let browser: Browser;
  before(async () => {
    mkdirSync(folder, { recursive: true });
    browser = await launchBrowser();
  });
  after(() => browser.close());

  for (const theme of themeNames) {
    for (const [widthName, width] of Object.entries(widths)) {
      for (const size of [2, 64]) {
        for (const situation of situations) {
          const name = `topology-${theme}-${widthName}-${size}-${situation}`;
          test(name, () => draw(browser, name, theme, width, size, situation));
        }
      }
    }
  }
});

async function draw(
  browser: Browser,
  name: string,
  theme: ThemeName,
  width: number,
  size: number,
  situation: (typeof situations)[number],
): Promise<void> {
  const view = await openView<ToTopology, FromTopology>(browser, { view: 'topology', theme, width });
  await view.tell({ type: 'snapshot', jobs: jobsIn(situation, size), clockStands: false });
  if (situation === 'running') {
    await view.tell({
      type: 'events',
      events: [{ type: 'traffic', job: 'job-1', timeMs: 0, intervalMs: 500, edges: edges(size) }],
    });
  }
  const nodes = view.page.locator('.node');
  if (situation === 'empty') await view.page.getByRole('button', { name: 'Run Program' }).waitFor();
  else await nodes.nth(size - 1).waitFor();
  assert.equal(await nodes.count(), situation === 'empty' ? 0 : size);
  await view.page.waitForTimeout(60);
  await view.page.screenshot({ path: `${folder}/${name}.png` });
  assert.deepEqual(await accessibilityFindings(view.page), []);
  const overflow = await view.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `the page is ${overflow} pixels wider than the window`);
  assert.deepEqual(view.problems, []);
  assert.deepEqual(view.strayRequests, []);
  await view.close();
}
