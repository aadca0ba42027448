/** Draws the metrics view in every theme, width, size and situation, and checks each drawing. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import type { FromMetrics, MetricsJob, ToMetrics } from '../../webviews/metrics/contract';
import { accessibilityFindings } from './fixtures/accessibility';
import { jobsIn, metrics, situations, type Situation } from './fixtures/jobs';
import { launchBrowser, openView, themeNames, type ThemeName } from './fixtures/openView';

const widths = { narrow: 220, wide: 1100 };
const folder = 'out/screenshots';

describe('metrics view', () => {
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
          const name = `metrics-${theme}-${widthName}-${size}-${situation}`;
          test(name, () => draw(browser, name, theme, width, size, situation));
        }
      }
    }
  }
});

function measured(situation: Situation, size: number): MetricsJob[] {
  return jobsIn(situation, size).map(({ job, nodes }) => ({
    job,
    nodes,
    samples: Array.from({ length: 140 }, (_, step) => ({
      type: 'metrics',
      job: job.id,
      timeMs: step * 500,
      nodes: nodes.map(({ rank }) => metrics(rank, step)),
    })),
  }));
}

async function draw(
  browser: Browser,
  name: string,
  theme: ThemeName,
  width: number,
  size: number,
  situation: Situation,
): Promise<void> {
  const view = await openView<ToMetrics, FromMetrics>(browser, { view: 'metrics', theme, width });
  await view.tell({ type: 'snapshot', jobs: measured(situation, size), clockStands: false });
  const panels = view.page.locator('.panel');
  if (situation === 'empty') await view.page.getByRole('button', { name: 'Run Program' }).waitFor();
  else await panels.nth(7).waitFor();
  assert.equal(await panels.count(), situation === 'empty' ? 0 : 8);
  await view.page.waitForTimeout(60);
  await view.page.screenshot({ path: `${folder}/${name}.png` });
  assert.deepEqual(await accessibilityFindings(view.page), []);
  if (situation !== 'empty') {
    await view.page.getByRole('radio', { name: 'Table' }).click();
    assert.equal(await view.page.locator('tbody tr').count(), size);
    await view.page.screenshot({ path: `${folder}/${name}-table.png` });
    assert.deepEqual(await accessibilityFindings(view.page), []);
  }
  const overflow = await view.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `the page is ${overflow} pixels wider than the window`);
  assert.deepEqual(view.problems, []);
  assert.deepEqual(view.strayRequests, []);
  await view.close();
}
