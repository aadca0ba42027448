/** The panel beside the timeline's diagram, at every width at which it changes its shape. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import type { FromTimeline, ToTimeline } from '../../webviews/timeline/contract';
import { launchBrowser } from '../support/browser';
import { cutOff } from './fixtures/cutOff';
import { jobsIn } from './fixtures/jobs';
import { openView, themeNames } from './fixtures/openView';
import { ringOperations } from './fixtures/operations';
import { checkDrawing, pictureFolder } from './fixtures/pictures';

/** A side bar, half an editor, and a whole one. */
const sizes = [
  [220, 700],
  [400, 500],
  [540, 500],
  [640, 700],
] as const;
const nodes = 16;

describe('who waited for whom', () => {
  let browser: Browser;
  before(async () => {
    mkdirSync(pictureFolder, { recursive: true });
    browser = await launchBrowser();
  });
  after(() => browser.close());

  for (const [width, height] of sizes) {
    test(`nothing is cut off at ${width} × ${height}`, async () => {
      for (const theme of themeNames) {
        const view = await openView<ToTimeline, FromTimeline>(browser, {
          view: 'timeline',
          theme,
          width,
          height,
        });
        const jobs = jobsIn('running', nodes).map(({ job, nodes }) => ({
          job,
          nodes,
          operations: ringOperations(nodes.length, 12, 0),
          faults: { records: [], active: [] },
        }));
        await view.tell({ type: 'snapshot', jobs, clockStands: false });
        await view.page.locator('.waiting-table tbody tr').nth(7).waitFor();
        await checkDrawing(view, `timeline-details-${theme}-${width}x${height}`);
        assert.deepEqual(await cutOff(view.page, '.details'), [], theme);
        await view.close();
      }
    });
  }
});
