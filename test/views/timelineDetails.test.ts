/** The panel beside the timeline's diagram, at every width at which it changes its shape. */
import assert from 'node:assert/strict';
import type { FromTimeline, ToTimeline } from '../../webviews/timeline/contract';
import { cutOff } from './fixtures/cutOff';
import { describeSizes } from './fixtures/describeSizes';
import { jobsIn } from './fixtures/jobs';
import { ringOperations } from './fixtures/operations';
import { checkDrawing } from './fixtures/pictures';

/** A side bar, half an editor, and a whole one. */
const sizes = [
  [220, 700],
  [400, 500],
  [540, 500],
  [640, 700],
] as const;
const size = 16;

describeSizes<ToTimeline, FromTimeline>('who waited for whom', 'timeline', sizes, async (view, picture) => {
  const jobs = jobsIn('running', size).map(({ job, nodes }) => ({
    job,
    nodes,
    operations: ringOperations(size, 12, 0),
    faults: { records: [], active: [] },
  }));
  await view.tell({ type: 'snapshot', jobs, clockStands: false });
  await view.page.locator('.waiting-table tbody tr').nth(7).waitFor();
  await checkDrawing(view, picture);
  assert.deepEqual(await cutOff(view.page, '.details'), [], picture);
});
