/** Draws the timeline in every theme, width, size and situation, and checks each drawing. */
import type { FromTimeline, TimelineJob, ToTimeline } from '../../webviews/timeline/contract';
import type { Fault, FaultRecord } from '../../runtime/protocol/faults';
import { jobsIn, type Situation } from './fixtures/jobs';
import type { OpenView } from './fixtures/openView';
import { ringOperations } from './fixtures/operations';
import { checkDrawing, describePictures } from './fixtures/pictures';

type View = OpenView<ToTimeline, FromTimeline>;

describePictures<ToTimeline, FromTimeline>('timeline', {
  sizes: (situation) => (situation === 'empty' ? [2] : [2, 64]),
  draw,
});

function recorded(situation: Situation, size: number): TimelineJob[] {
  return jobsIn(situation, size).map(({ job, nodes }) => ({
    job,
    nodes,
    operations: ringOperations(size, 12, situation === 'failed' ? 12_345 : 0),
    faults: { records: situation === 'running' ? faults : [], active: [] },
  }));
}

/** Of messages and of a process, with their ends, in the time of the operations. */
const faults: FaultRecord[] = [
  happened(4000, { fault: 'delay', ms: 2, from: 0 }),
  happened(5008, { fault: 'stop', node: 1 }),
  { ...happened(5020, { fault: 'stop', node: 1 }), ended: true },
  happened(5034, { fault: 'heal' }),
];

function happened(monotonicMs: number, fault: Fault): FaultRecord {
  return { timeMs: monotonicMs - 4000, monotonicMs, fault, by: 'plan' };
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
