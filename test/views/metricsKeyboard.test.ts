/** The metrics view without a mouse, with a mouse, and as samples come in. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import type { FromMetrics, ToMetrics } from '../../webviews/metrics/contract';
import { jobsIn, metrics } from './fixtures/jobs';
import { launchBrowser } from '../support/browser';
import { openView, type OpenView } from './fixtures/openView';

const size = 4;
/** The newest sample of the snapshot: a minute after the first. */
const newest = 120;

function sample(step: number) {
  return {
    type: 'metrics' as const,
    job: 'job-1',
    timeMs: step * 500,
    nodes: Array.from({ length: size }, (_, rank) => metrics(rank, step)),
  };
}

describe('using the metrics view', () => {
  let browser: Browser;
  let view: OpenView<ToMetrics, FromMetrics>;

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());
  beforeEach(async () => {
    view = await openView(browser, { view: 'metrics' });
    const samples = Array.from({ length: newest + 1 }, (_, step) => sample(step));
    const jobs = jobsIn('running', size).map(({ job, nodes }) => ({ job, nodes, samples }));
    await view.tell({ type: 'snapshot', jobs, clockStands: false });
    await view.page.locator('.panel').nth(7).waitFor();
  });
  afterEach(async () => {
    assert.deepEqual(view.problems, []);
    await view.close();
  });

  const press = (key: string) => view.page.keyboard.press(key);
  const cpu = () => view.page.getByRole('region', { name: 'CPU' });
  const valueOf = (rank: number) => cpu().locator('.line-entry').nth(rank).locator('.number').innerText();
  const percent = (rank: number, step: number) => `${Math.round(metrics(rank, step).cpuShare * 100)} %`;

  test('the values are those of the newest sample, and follow it', async () => {
    assert.equal(await valueOf(0), percent(0, newest));
    await view.tell({ type: 'events', events: [sample(newest + 1)] });
    await cpu()
      .locator('.line-entry', { hasText: percent(0, newest + 1) })
      .first()
      .waitFor();
    assert.equal(await valueOf(0), percent(0, newest + 1));
  });

  test('the slider moves the cursor of every chart, and back to now', async () => {
    await view.page.getByRole('slider').focus();
    for (let step = 0; step < 8; step += 1) await press('ArrowLeft');
    assert.equal(await view.page.getByRole('slider').getAttribute('aria-valuetext'), '4 s ago');
    assert.equal(await valueOf(2), percent(2, newest - 8));
    const lefts = await view.page
      .locator('.u-cursor-x')
      .evaluateAll((lines) => lines.map((line) => line.getBoundingClientRect().left));
    assert.equal(lefts.length, 8);
    assert.ok(lefts.every((left) => left > 0));
    await press('End');
    assert.equal(await valueOf(2), percent(2, newest));
  });

  test('the cursor stays where the keyboard put it while samples come in', async () => {
    await view.page.getByRole('slider').focus();
    for (let step = 0; step < 4; step += 1) await press('ArrowLeft');
    await view.tell({ type: 'events', events: [sample(newest + 1), sample(newest + 2)] });
    await cpu()
      .locator('.line-entry', { hasText: percent(1, newest - 2) })
      .first()
      .waitFor();
    assert.equal(await view.page.getByRole('slider').getAttribute('aria-valuetext'), '2 s ago');
  });

  test('pointing into a chart shows the values there, leaving it those of now', async () => {
    const plot = cpu().locator('.u-over');
    const box = (await plot.boundingBox())!;
    await view.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await view.page.locator('.scrubber-age', { hasText: '30 s ago' }).waitFor();
    assert.equal(await valueOf(3), percent(3, newest - 60));
    await view.page.mouse.move(5, 5);
    await view.page.locator('.scrubber-age', { hasText: 'now' }).waitFor();
  });

  test('a node stands out in every chart at the press of its entry', async () => {
    await cpu().locator('.line-entry').first().focus();
    await press('ArrowRight');
    await press('Enter');
    assert.equal(await view.page.locator('.line-entry[aria-pressed="true"]').count(), 8);
    assert.equal(await cpu().locator('.line-entry').nth(1).getAttribute('aria-pressed'), 'true');
    await press('Enter');
    assert.equal(await view.page.locator('.line-entry[aria-pressed="true"]').count(), 0);
  });

  test('together: one line and one value a quantity', async () => {
    await view.page.getByRole('radio', { name: 'Together' }).click();
    assert.equal(await view.page.locator('.line-entry').count(), 0);
    const sum = Math.round([0, 1, 2, 3].reduce((all, rank) => all + metrics(rank, newest).cpuShare * 100, 0));
    assert.match(await cpu().innerText(), new RegExp(`${sum} % sum`));
  });

  test('the table has every node and value, is sorted on demand, and focuses a thread', async () => {
    await view.page.getByRole('radio', { name: 'Table' }).click();
    const ranks = () => view.page.locator('tbody th').allInnerTexts();
    assert.deepEqual(await ranks(), ['0', '1', '2', '3']);
    await view.page.getByRole('button', { name: 'CPU' }).click();
    const sorted = [0, 1, 2, 3].sort((a, b) => metrics(b, newest).cpuShare - metrics(a, newest).cpuShare);
    assert.deepEqual(await ranks(), sorted.map(String));
    const header = view.page.getByRole('columnheader', { name: 'CPU' });
    assert.equal(await header.getAttribute('aria-sort'), 'descending');
    await view.page.locator('tbody').getByRole('button', { name: '2' }).click();
    assert.deepEqual((await view.heard()).at(-1), { type: 'focusNode', job: 'job-1', rank: 2 });
  });

  test('what is picked is remembered', async () => {
    await view.page.getByRole('radio', { name: '5 min' }).click();
    await view.page.getByRole('radio', { name: 'Table' }).click();
    assert.deepEqual(await view.savedState(), {
      display: 'table',
      scope: 'nodes',
      span: '300',
      job: 'job-1',
    });
  });

  test('a job without samples says that they are awaited', async () => {
    const [first] = jobsIn('running', 2);
    const job = { ...first!.job, id: 'job-2', state: 'starting' as const };
    await view.tell({ type: 'events', events: [{ type: 'jobChanged', job }] });
    await view.page.getByText('Waiting for the first sample…').waitFor();
  });
});
