/** Draws the metrics view in every theme, width, size and situation, and checks each drawing. */
import assert from 'node:assert/strict';
import type { FromMetrics, MetricsJob, ToMetrics } from '../../webviews/metrics/contract';
import { jobsIn, metrics, type Situation } from './fixtures/jobs';
import type { OpenView } from './fixtures/openView';
import { checkDrawing, describePictures } from './fixtures/pictures';

describePictures<ToMetrics, FromMetrics>('metrics', { sizes: () => [2, 64], draw });

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
  view: OpenView<ToMetrics, FromMetrics>,
  name: string,
  size: number,
  situation: Situation,
): Promise<void> {
  const { page } = view;
  await view.tell({ type: 'snapshot', jobs: measured(situation, size), clockStands: false });
  if (situation === 'empty') {
    await page.getByRole('button', { name: 'Run Program' }).waitFor();
    assert.equal(await page.locator('.panel').count(), 0);
    return checkDrawing(view, name);
  }
  await page
    .locator(size === 2 ? '.panel .chart canvas' : '.panel .heat-canvas')
    .nth(7)
    .waitFor();
  await checkDrawing(view, name);
  if (situation !== 'running') return;
  await page.getByRole('radio', { name: 'Table' }).click();
  assert.equal(await page.locator('tbody tr').count(), size);
  await checkDrawing(view, `${name}-table`);
  await page.getByRole('radio', { name: 'Charts' }).click();
}
