/** Replays what a coordinator has told of real runs (fixtures/record.ts) and looks at what the views make of it. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import type { ClusterEvent } from '../../runtime/protocol/events';
import type { FromMetrics, ToMetrics } from '../../webviews/metrics/contract';
import type { FromTopology, ToTopology } from '../../webviews/topology/contract';
import { launchBrowser } from '../support/browser';
import { openView, type OpenView } from './fixtures/openView';
import deadlock from './fixtures/runs/deadlock.json';
import ring from './fixtures/runs/ring.json';

const folder = 'out/screenshots';
const eventsOf = (run: { event: unknown }[]) => run.map(({ event }) => event as ClusterEvent);

async function replay<Out>(
  view: OpenView<ToTopology, Out> | OpenView<ToMetrics, Out>,
  events: ClusterEvent[],
): Promise<void> {
  for (let start = 0; start < events.length; start += 5) {
    await view.tell({ type: 'events', events: events.slice(start, start + 5) });
  }
}

describe('recorded runs', () => {
  let browser: Browser;
  before(async () => {
    mkdirSync(folder, { recursive: true });
    browser = await launchBrowser();
  });
  after(() => browser.close());

  test('a ring in the topology view: its edges as it runs, and the node that ended it', async () => {
    const view = await openView<ToTopology, FromTopology>(browser, { view: 'topology' });
    await view.tell({ type: 'snapshot', jobs: [], clockStands: false });
    const events = eventsOf(ring);
    const middle = events.findLastIndex(({ type }) => type === 'traffic') + 1;
    await replay(view, events.slice(0, middle));
    await view.page.locator('.edge-label').first().waitFor();
    await view.page.screenshot({ path: `${folder}/recorded-ring-running.png` });
    await replay(view, events.slice(middle));
    await view.page.locator('.node.failed').waitFor();
    assert.equal(await view.page.locator('.node.failed').getAttribute('data-rank'), '1');
    assert.match(await view.page.locator('.banner-error').innerText(), /RangeError: the token is lost/);
    const sent = events.flatMap((event) => (event.type === 'traffic' ? event.edges : []));
    const messages = sent.reduce((sum, edge) => sum + edge.messages, 0);
    assert.ok(messages > 1000);
    await view.page.screenshot({ path: `${folder}/recorded-ring-failed.png` });
    assert.deepEqual(view.problems, []);
    await view.close();
  });

  test('a deadlock in the topology view: the circle stays to be seen after the job has ended', async () => {
    const view = await openView<ToTopology, FromTopology>(browser, { view: 'topology', theme: 'light' });
    await view.tell({ type: 'snapshot', jobs: [], clockStands: false });
    await replay(view, eventsOf(deadlock));
    await view.page.locator('.banner-error', { hasText: 'Deadlock: no node can go on.' }).waitFor();
    assert.equal(await view.page.locator('.wait.circular').count(), 4);
    const names = await view.page
      .locator('.node')
      .evaluateAll((nodes) => nodes.map((node) => node.getAttribute('aria-label')));
    assert.match(names[0] ?? '', /waited in recv\(source 1, tag 7\), .*in a circular wait/);
    await view.page.screenshot({ path: `${folder}/recorded-deadlock.png` });
    assert.deepEqual(view.problems, []);
    await view.close();
  });

  test('a ring in the metrics view: lines for every node, and the values at the end', async () => {
    const view = await openView<ToMetrics, FromMetrics>(browser, { view: 'metrics' });
    await view.tell({ type: 'snapshot', jobs: [], clockStands: false });
    await replay(view, eventsOf(ring));
    await view.page.locator('.panel').nth(7).waitFor();
    const memory = await view.page.getByRole('region', { name: 'Memory' }).innerText();
    assert.match(memory, /MiB sum/);
    await view.page.screenshot({ path: `${folder}/recorded-ring-metrics.png` });
    assert.deepEqual(view.problems, []);
    await view.close();
  });
});
