/** Draws the timeline in every theme, width, size and situation, and checks each drawing. */
import { mkdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import type { FromTimeline, TimelineJob, ToTimeline } from '../../webviews/timeline/contract';
import { launchBrowser } from '../support/browser';
import { jobsIn, situations, type Situation } from './fixtures/jobs';
import { openView, type OpenView, themeNames } from './fixtures/openView';
import { ringOperations } from './fixtures/operations';
import { checkDrawing, pictureFolder, pictureWidths } from './fixtures/pictures';

type View = OpenView<ToTimeline, FromTimeline>;

describe('timeline view', () => {
  let browser: Browser;
  before(async () => {
    mkdirSync(pictureFolder, { recursive: true });
    browser = await launchBrowser();
  });
  after(() => browser.close());

  for (const theme of themeNames) {
    for (const [widthName, width] of Object.entries(pictureWidths)) {
      test(`${theme}, ${widthName}`, async (context) => {
        const view: View = await openView(browser, { view: 'timeline', theme, width });
        for (const situation of situations) {
          for (const size of situation === 'empty' ? [2] : [2, 64]) {
            const name = `timeline-${theme}-${widthName}-${size}-${situation}`;
            await context.test(name, () => draw(view, name, size, situation));
          }
        }
        await view.close();
      });
    }
  }
});

function recorded(situation: Situation, size: number): TimelineJob[] {
  return jobsIn(situation, size).map(({ job, nodes }) => ({
    job,
    nodes,
    operations: ringOperations(size, 12, situation === 'failed' ? 12_345 : 0),
  }));
}

async function draw(view: View, name: string, size: number, situation: Situation): Promise<void> {
  const { page } = view;
  await view.tell({ type: 'snapshot', jobs: recorded(situation, size), clockStands: false });
  if (situation === 'empty') {
    await page.getByRole('button', { name: 'Run Program' }).waitFor();
    return checkDrawing(view, name);
  }
  await page.locator('.stage canvas').waitFor();
  if (situation === 'failed') await page.getByText('12.3k operations are not here').waitFor();
  // A call in the middle, so that its message and its details are drawn.
  await page.locator('.stage').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await checkDrawing(view, name);
  if (situation !== 'running') return;
  await nearAndTable(view, name);
}

/** Closer, without a selection, and as a table. */
async function nearAndTable(view: View, name: string): Promise<void> {
  const { page } = view;
  for (let i = 0; i < 6; i += 1) await page.keyboard.press('+');
  await checkDrawing(view, `${name}-near`);
  await page.keyboard.press('Escape');
  await page.getByText('Who waited for whom').waitFor();
  await checkDrawing(view, `${name}-waits`);
  await page.getByRole('radio', { name: 'Table' }).click();
  await page.locator('tbody tr').first().waitFor();
  await checkDrawing(view, `${name}-table`);
  await page.getByRole('radio', { name: 'Diagram' }).click();
  await page.getByRole('button', { name: 'All', exact: true }).click();
}
