/** Whatever a program, a host or an error is called, a view shows it as text: nothing runs and nothing is fetched. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type { JobInfo } from '../../runtime/protocol/job';
import type { NodeInfo } from '../../runtime/protocol/node';
import type { FromMetrics, ToMetrics } from '../../webviews/metrics/contract';
import type { FromTimeline, ToTimeline } from '../../webviews/timeline/contract';
import { operationsEvent } from '../../webviews/timeline/testing/operationsEvent';
import type { FromTopology, ToTopology } from '../../webviews/topology/contract';
import { hostileStrings } from './fixtures/hostileStrings';
import { metrics } from './fixtures/jobs';
import { launchBrowser } from '../support/browser';
import { openView, type OpenView } from './fixtures/openView';

/** Strings that go into one snapshot, each into every place that takes a string. */
const together = 10;

function hostileJob(texts: readonly string[]): { job: JobInfo; nodes: NodeInfo[] } {
  const [first = ''] = texts;
  const at = { file: first, line: 1, column: 1 };
  const job: JobInfo = {
    id: first,
    program: `/home/${first}`,
    cluster: first,
    size: texts.length,
    state: 'failed',
    startedAtMs: 0,
    endedAtMs: 1,
    transport: 'socket',
    debugged: true,
    failure: {
      error: { code: 'programFailed', message: texts.join('\n'), data: {} },
      rank: 0,
      at,
      stack: texts.join('\n'),
    },
  };
  const nodes = texts.map((text, rank): NodeInfo => {
    const common = { job: job.id, rank, host: text, pid: 1, epoch: 1 };
    if (rank % 2 === 0) return { ...common, state: 'dead', reason: text };
    const wait = { operation: text, communicator: text, peer: 0, tag: 1, at: { ...at, file: text } };
    return { ...common, state: 'blocked', wait };
  });
  return { job, nodes };
}

const batches = Array.from({ length: hostileStrings.length / together }, (_, index) =>
  hostileStrings.slice(index * together, (index + 1) * together),
);

async function assertHarmless<In, Out>({ page, strayRequests, problems }: OpenView<In, Out>): Promise<void> {
  assert.equal(await page.evaluate(() => 'pwned' in window), false);
  assert.equal(await page.locator('script').count(), 1);
  assert.equal(await page.locator('img, iframe, object, video, form, base, a').count(), 0);
  assert.deepEqual(strayRequests, []);
  assert.deepEqual(problems, []);
}

const settled = (page: Page) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

describe('hostile strings', () => {
  let browser: Browser;
  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());

  test('there are 300 different ones', () => {
    assert.equal(new Set(hostileStrings).size, 300);
  });

  test('topology view', async () => {
    const view = await openView<ToTopology, FromTopology>(browser, { view: 'topology' });
    for (const texts of batches) {
      const { job, nodes } = hostileJob(texts);
      await view.tell({ type: 'snapshot', jobs: [{ job, nodes, traffic: [] }], clockStands: false });
      await view.tell({ type: 'focused', node: { job: job.id, rank: 1 } });
      await view.page.getByRole('button', { name: 'Show Output' }).click();
      await view.page.locator('.banner-message', { hasText: 'A'.repeat(10) }).waitFor();
      await settled(view.page);
      await assertHarmless(view);
    }
    const heard = await view.heard();
    assert.deepEqual(
      heard.filter(({ type }) => type === 'showOutput').map((message) => 'job' in message && message.job),
      batches.map(([first]) => first),
    );
    await view.close();
  });

  test('metrics view', async () => {
    const view = await openView<ToMetrics, FromMetrics>(browser, { view: 'metrics' });
    for (const [index, texts] of batches.entries()) {
      const { job, nodes } = hostileJob(texts);
      const samples = [0, 1].map((step) => ({
        type: 'metrics' as const,
        job: job.id,
        timeMs: step * 500,
        nodes: nodes.map(({ rank }) => metrics(rank, step)),
      }));
      await view.tell({ type: 'snapshot', jobs: [{ job, nodes, samples }], clockStands: false });
      await view.page.locator('.banner-message', { hasText: 'A'.repeat(10) }).waitFor();
      await view.page.getByRole('radio', { name: index % 2 === 0 ? 'Table' : 'Charts' }).click();
      await settled(view.page);
      await assertHarmless(view);
    }
    await view.close();
  });

  test('timeline view', async () => {
    const view = await openView<ToTimeline, FromTimeline>(browser, { view: 'timeline' });
    for (const [index, texts] of batches.entries()) {
      const { job, nodes } = hostileJob(texts);
      const calls = texts.map((text, i) => ({
        ...{ name: text, algorithm: text, communicator: text, beginMs: 10 * i, endMs: 10 * i + 9 },
        at: { file: text, line: 1, column: 1 },
      }));
      const operations = [0, 1].map((rank) => ({ ...operationsEvent(rank, calls), job: job.id }));
      await view.tell({ type: 'snapshot', jobs: [{ job, nodes, operations }], clockStands: false });
      await view.page.locator('.banner-message', { hasText: 'A'.repeat(10) }).waitFor();
      if (index % 2 === 0) {
        await view.page.getByRole('radio', { name: 'Diagram' }).click();
        await view.page.locator('.stage').focus();
        await view.page.keyboard.press('ArrowRight');
        await view.page.locator('.details dl').waitFor();
      } else {
        await view.page.getByRole('radio', { name: 'Table' }).click();
        await view.page.locator('.operations tbody tr').nth(19).waitFor();
      }
      await settled(view.page);
      await assertHarmless(view);
    }
    await view.close();
  });

  test('several jobs at once, in the list of jobs', async () => {
    const view = await openView<ToTopology, FromTopology>(browser, { view: 'topology', width: 220 });
    const jobs = batches.map((texts) => ({ ...hostileJob(texts), traffic: [] }));
    await view.tell({ type: 'snapshot', jobs, clockStands: false });
    await view.page.getByRole('combobox', { name: 'Job' }).waitFor();
    await assertHarmless(view);
    const overflow = await view.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `the page is ${overflow} pixels wider than the window`);
    await view.close();
  });

  test('messages that are none change nothing', async () => {
    const view = await openView<unknown, FromTopology>(browser, { view: 'topology' });
    for (const message of [
      null,
      1,
      'snapshot',
      [],
      {},
      { type: 1 },
      { type: 'other' },
      { type: '__proto__' },
    ]) {
      await view.page.evaluate((data) => window.postMessage(data, '*'), message);
    }
    await view.tell({ type: 'snapshot', jobs: [], clockStands: false });
    await view.page.getByRole('heading', { name: 'No job yet' }).waitFor();
    assert.deepEqual(view.problems, []);
    await view.close();
  });
});
