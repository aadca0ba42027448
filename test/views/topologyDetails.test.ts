/** The details panel of the topology view, at every width at which it changes its shape. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import type { FromTopology, ToTopology } from '../../webviews/topology/contract';
import { launchBrowser } from '../support/browser';
import { cutOff } from './fixtures/cutOff';
import { edges, jobsIn } from './fixtures/jobs';
import { openView, themeNames } from './fixtures/openView';
import { checkDrawing, pictureFolder } from './fixtures/pictures';

/** A side bar, and panels where the details stand below the drawing or beside it. */
const sizes = [
  [220, 700],
  [300, 700],
  [400, 500],
  [540, 500],
  [540, 900],
  [640, 700],
  [1100, 700],
] as const;

describe('details of a node', () => {
  let browser: Browser;
  before(async () => {
    mkdirSync(pictureFolder, { recursive: true });
    browser = await launchBrowser();
  });
  after(() => browser.close());

  for (const [width, height] of sizes) {
    test(`nothing is cut off at ${width} × ${height}`, async () => {
      for (const theme of themeNames) {
        const view = await openView<ToTopology, FromTopology>(browser, {
          view: 'topology',
          theme,
          width,
          height,
        });
        await view.tell({ type: 'snapshot', jobs: jobsIn('running', 8), clockStands: false });
        const many = edges(8).map((edge) => ({
          ...edge,
          messages: edge.messages * 4567,
          bytes: edge.bytes * 45_678,
        }));
        const traffic = { type: 'traffic', job: 'job-1', timeMs: 0, intervalMs: 500, edges: many } as const;
        await view.tell({ type: 'events', events: [traffic] });
        await view.page.locator('.node').nth(1).click();
        await view.page.locator('.peers tbody tr').nth(1).waitFor();
        await checkDrawing(view, `topology-details-${theme}-${width}x${height}`);
        assert.deepEqual(await cutOff(view.page, '.node-details'), [], theme);
        const bars = await view.page
          .locator('.bar')
          .evaluateAll((list) => list.map((bar) => Math.round(bar.getBoundingClientRect().width)));
        assert.ok(
          bars.every((bar) => bar > 0) && bars[0] === Math.max(...bars),
          `bars of ${bars.join(', ')} px`,
        );
        await view.close();
      }
    });
  }
});
