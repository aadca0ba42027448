/** Draws the topology view in every theme, width, size and situation, and checks each drawing. */
import assert from 'node:assert/strict';
import type { FromTopology, ToTopology } from '../../webviews/topology/contract';
import { edges, jobsIn, type Situation } from './fixtures/jobs';
import type { OpenView } from './fixtures/openView';
import { checkDrawing, describePictures } from './fixtures/pictures';

describePictures<ToTopology, FromTopology>('topology', { sizes: () => [2, 64], draw });

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
