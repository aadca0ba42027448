/** The details panel of the topology view, at every width at which it changes its shape. */
import assert from 'node:assert/strict';
import type { FromTopology, ToTopology } from '../../webviews/topology/contract';
import { cutOff } from './fixtures/cutOff';
import { describeSizes } from './fixtures/describeSizes';
import { edges, jobsIn } from './fixtures/jobs';
import { checkDrawing } from './fixtures/pictures';

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

describeSizes<ToTopology, FromTopology>('details of a node', 'topology', sizes, async (view, picture) => {
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
  await checkDrawing(view, picture);
  assert.deepEqual(await cutOff(view.page, '.node-details'), [], picture);
  const bars = await view.page
    .locator('.bar')
    .evaluateAll((list) => list.map((bar) => Math.round(bar.getBoundingClientRect().width)));
  assert.ok(bars.every((bar) => bar > 0) && bars[0] === Math.max(...bars), `bars of ${bars.join(', ')} px`);
});
