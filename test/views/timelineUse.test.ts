/** The timeline without a mouse, with a mouse, and as operations come in. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import type { FromTimeline, ToTimeline } from '../../webviews/timeline/contract';
import { message, operationsEvent } from '../../webviews/timeline/testing/operationsEvent';
import { launchBrowser } from '../support/browser';
import { jobsIn } from './fixtures/jobs';
import { openView, type OpenView } from './fixtures/openView';
import { checkDrawing } from './fixtures/pictures';

const file = '/home/ada/lockstep/ring.ts';
const place = (line: number) => ({ at: { file, line, column: 3 } });
/** Node 1 is in its receive from 10 ms on, node 0 sends to it at 60 ms; the axis ends at 100 ms. */
const [sent, received] = message(1, [0, 60], [1, 70]);
const operations = [
  operationsEvent(0, [
    { name: 'barrier', beginMs: 0, endMs: 5 },
    { ...sent, ...place(12) },
    { name: 'barrier', beginMs: 90, endMs: 100 },
  ]),
  operationsEvent(1, [{ ...received, beginMs: 10, ...place(15) }]),
];

describe('using the timeline', () => {
  let browser: Browser;
  let view: OpenView<ToTimeline, FromTimeline>;

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());
  beforeEach(async () => {
    view = await openView(browser, { view: 'timeline' });
    const [running] = jobsIn('running', 2);
    assert.ok(running);
    const nodes = running.nodes.map((node) => ({ ...node, state: 'running' as const, wait: undefined }));
    await view.tell({
      type: 'snapshot',
      jobs: [{ job: running.job, nodes, operations }],
      clockStands: false,
    });
    await view.page.locator('.stage canvas').waitFor();
    await view.page.getByText('Who waited for whom').waitFor();
  });
  afterEach(async () => {
    assert.deepEqual(view.problems, []);
    await view.close();
  });

  const press = (key: string) => view.page.keyboard.press(key);
  const details = () => view.page.getByRole('complementary', { name: 'Details' });
  const isShown = (text: string) => details().getByText(text, { exact: true }).waitFor();
  const asked = async (type: FromTimeline['type']) =>
    (await view.heard()).filter((each) => each.type === type);

  /** Where a moment of a node's lane is on the page. */
  async function spot(rank: number, ms: number): Promise<{ x: number; y: number }> {
    const box = await view.page.locator('.stage canvas').boundingBox();
    assert.ok(box);
    const laneHeight = (box.height - 22) / 2;
    // The axis goes from -2 to 102 ms.
    return {
      x: box.x + 46 + ((ms + 2) / 104) * (box.width - 46),
      y: box.y + 22 + (rank + 0.5) * laneHeight,
    };
  }

  test('the list says who waited for whom, and leads to the call', async () => {
    const row = details().getByRole('row', { name: /^1 0 50 ms/ });
    await row.getByRole('button').click();
    await isShown('50 ms for node 0');
    await isShown('ring.ts:15');
  });

  test('a click selects what is under it, a double click goes to its line', async () => {
    const { x, y } = await spot(1, 40);
    await view.page.mouse.click(x, y);
    await isShown('recv');
    await details().getByRole('button', { name: 'Go to Its Send' }).click();
    await isShown('send');
    await details().getByRole('button', { name: 'node 0' }).click();
    assert.deepEqual(await asked('focusNode'), [{ type: 'focusNode', job: 'job-1', rank: 0 }]);
    await view.page.mouse.dblclick(x, y);
    assert.deepEqual(await asked('openSource'), [{ type: 'openSource', ...place(15) }]);
    const free = await spot(0, 30);
    await view.page.mouse.click(free.x, free.y);
    await details().getByText('Who waited for whom').waitFor();
  });

  test('what is under the pointer is told beside it', async () => {
    const { x, y } = await spot(1, 40);
    await view.page.mouse.move(x, y);
    const words = 'Node 1: recv took 60 ms, waited 50 ms for node 0, 8 B from node 0, tag 7, at ring.ts:15.';
    await view.page.locator('.timeline-tip', { hasText: words }).waitFor();
  });

  test('a fault that happens is told in the axis above its moment and in a list that leads there', async () => {
    const happened = { type: 'faultInjected', job: 'job-1', timeMs: 50, by: 'client' } as const;
    const stopped = { ...happened, monotonicMs: 50, fault: { fault: 'stop', node: 1 } } as const;
    await view.tell({ type: 'events', events: [stopped] });
    const words = '50 ms: node 1 stopped, by hand';
    const listed = view.page.getByRole('button', { name: words });
    await listed.waitFor();
    await view.page.getByText('fault on purpose (hollow: its end)').waitFor();
    const tip = view.page.locator('.timeline-tip', { hasText: words });
    const { x } = await spot(0, 50);
    const inAxis = (await view.page.locator('.stage canvas').boundingBox())!.y + 15;
    await view.page.mouse.move(x, inAxis);
    await tip.waitFor();
    await view.page.mouse.move(x + 60, inAxis);
    await tip.waitFor({ state: 'detached' });
    await view.page.locator('.stage').focus();
    for (let i = 0; i < 6; i += 1) await press('+');
    await view.page.mouse.move(x, inAxis);
    await listed.click();
    await view.page.mouse.move(x, inAxis);
    await tip.waitFor();
  });

  test('the arrow keys go along a lane and to others, M along a message, Enter to the line', async () => {
    await view.page.locator('.stage').focus();
    await press('ArrowRight');
    await isShown('barrier');
    await press('ArrowRight');
    await isShown('send');
    await press('m');
    await isShown('recv');
    await view.page.getByRole('status').filter({ hasText: 'waited 50 ms for node 0' }).waitFor();
    await press('Enter');
    await press('Escape');
    await details().getByText('Who waited for whom').waitFor();
    assert.deepEqual(await asked('openSource'), [{ type: 'openSource', ...place(15) }]);
  });

  test('the wheel zooms in on what is under it, dragging moves, 0 shows all again', async () => {
    const { x, y } = await spot(1, 65);
    await view.page.mouse.move(x, y);
    for (let i = 0; i < 5; i += 1) await view.page.mouse.wheel(0, -400);
    await view.page.getByRole('radio', { name: 'Table' }).click();
    const rows = view.page.locator('tbody tr');
    const names = async () => (await rows.locator('th').allInnerTexts()).filter((name) => name !== '');
    await view.page.locator('.operations').waitFor();
    assert.deepEqual((await names()).slice(0, 1), ['recv']);
    await view.page.getByRole('button', { name: 'All', exact: true }).click();
    await view.page.locator('.operations tbody tr').nth(3).waitFor();
    await view.page.getByRole('radio', { name: 'Diagram' }).click();
    await view.page.mouse.move(x, y);
    await view.page.mouse.down();
    await view.page.mouse.move(x - 300, y, { steps: 5 });
    await view.page.mouse.up();
    await view.page.getByRole('radio', { name: 'Table' }).click();
    await view.page.locator('.operations tbody tr').nth(2).waitFor();
    assert.equal(await view.page.locator('.operations tbody tr').count(), 3);
  });

  test('a job without a call says what it waits for, and where the tasks of a program of tasks are', async () => {
    const [running] = jobsIn('running', 2);
    assert.ok(running);
    await view.tell({ type: 'snapshot', jobs: [{ ...running, operations: [] }], clockStands: false });
    await view.page.getByText('Waiting for the first communication call').waitFor();
    await view.page.getByText('its tasks are shown in the Cluster view').waitFor();
    await checkDrawing(view, 'timeline-no-call');
  });

  test('operations that come in are shown, and the export is asked for', async () => {
    await view.page.getByRole('radio', { name: 'Table' }).click();
    await view.page.locator('.operations tbody tr').nth(3).waitFor();
    const more = operationsEvent(1, [{ name: 'recv', beginMs: 110, endMs: 120 }]);
    await view.tell({ type: 'events', events: [more] });
    await view.page.locator('.operations tbody tr').nth(4).waitFor();
    await view.page.getByRole('button', { name: 'Export' }).click();
    assert.deepEqual(await asked('exportTrace'), [{ type: 'exportTrace', job: 'job-1' }]);
  });
});
