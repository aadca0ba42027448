/** Draws the topology view in every theme, width, size and situation, and checks each drawing. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import type { FromTopology, ToTopology } from '../../webviews/topology/contract';
import { edges, jobsIn, situations, type Situation } from './fixtures/jobs';
import { launchBrowser } from '../support/browser';
import { openView, themeNames, type OpenView } from './fixtures/openView';
import { checkDrawing, pictureFolder, pictureWidths } from './fixtures/pictures';

describe('topology view', () => {
  let browser: Browser;
  before(async () => {
    mkdirSync(pictureFolder, { recursive: true });
    browser = await launchBrowser();
  });
  after(() => browser.close());

  for (const theme of themeNames) {
    for (const [widthName, width] of Object.entries(pictureWidths)) {
      test(`${theme}, ${widthName}`, async (context) => {
        const view = await openView<ToTopology, FromTopology>(browser, { view: 'topology', theme, width });
        for (const situation of situations) {
          for (const size of [2, 64]) {
            const name = `topology-${theme}-${widthName}-${size}-${situation}`;
            await context.test(name, () => draw(view, name, size, situation));
          }
        }
        await view.close();
      });
    }
  }
});

async function draw(
  view: OpenView<ToTopology, FromTopology>,
  name: string,
  size: number,
  situation: Situation,
): Promise<void> {
  await view.tell({ type: 'snapshot', jobs: jobsIn(situation, size), clockStands: false });
  if (situation === 'running') {
    await view.tell({
      type: 'events',
      events: [{ type: 'traffic', job: 'job-1', timeMs: 0, intervalMs: 500, edges: edges(size) }],
    });
  }
  const nodes = view.page.locator('.node');
  if (situation === 'empty') await view.page.getByRole('button', { name: 'Run Program' }).waitFor();
  else await view.page.waitForFunction((count) => document.querySelectorAll('.node').length === count, size);
  assert.equal(await nodes.count(), situation === 'empty' ? 0 : size);
  await checkDrawing(view, name);
}
