/** Faults made on purpose in the topology view: how they look, and how it lets a person make and heal them. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { noFaults } from '../../runtime/protocol/faultHistory';
import type { Fault, LastingFault } from '../../runtime/protocol/faults';
import type { FromTopology, TopologyJob, ToTopology } from '../../webviews/topology/contract';
import { launchBrowser } from '../support/browser';
import { edges, jobsIn, node } from './fixtures/jobs';
import { openView, type OpenView, themeNames } from './fixtures/openView';
import { checkDrawing, pictureFolder } from './fixtures/pictures';

type View = OpenView<ToTopology, FromTopology>;

const half = (size: number, from: number) => Array.from({ length: size / 2 }, (_, index) => from + index);

/** One of each sign: a stopped and a slow node, a lossy way, a cut link; of many nodes a partition. */
function faultsOf(size: number): LastingFault[] {
  if (size === 2)
    return [
      { fault: 'cut', sides: [0, 1] },
      { fault: 'slow', node: 1, share: 0.1 },
    ];
  if (size === 64) {
    const [low, high] = [half(64, 0), half(64, 32)];
    return [
      { fault: 'cut', sides: [low, high] },
      { fault: 'stop', node: 9 },
      { fault: 'delay', ms: 20, from: 3 },
    ];
  }
  return [
    { fault: 'stop', node: 5 },
    { fault: 'slow', node: 2, share: 0.25 },
    { fault: 'loss', rate: 0.1, raw: true, from: 0, to: 1 },
    { fault: 'cut', sides: [6, 7] },
  ];
}

function faulty(size: number): TopologyJob[] {
  const stopped = faultsOf(size).flatMap((fault) => (fault.fault === 'stop' ? [fault.node] : []));
  return jobsIn('running', size).map((job) => ({
    ...job,
    nodes: job.nodes.map((each) => (stopped.includes(each.rank) ? node(each.rank, 'suspect') : each)),
    faults: { ...noFaults, active: faultsOf(size) },
  }));
}

async function show(view: View, size: number): Promise<void> {
  await view.tell({ type: 'snapshot', jobs: faulty(size), clockStands: false });
  const traffic = { type: 'traffic', job: 'job-1', timeMs: 0, intervalMs: 500, edges: edges(size) } as const;
  await view.tell({ type: 'events', events: [traffic] });
  await view.page
    .locator('.faults li')
    .nth(faultsOf(size).length - 1)
    .waitFor();
}

describe('faults in the topology view', () => {
  let browser: Browser;
  before(async () => {
    mkdirSync(pictureFolder, { recursive: true });
    browser = await launchBrowser();
  });
  after(() => browser.close());

  for (const theme of themeNames) {
    for (const [width, height] of [
      [220, 700],
      [1100, 700],
    ] as const) {
      test(`${theme}, ${width} wide`, async () => {
        const view = await openView<ToTopology, FromTopology>(browser, {
          view: 'topology',
          theme,
          width,
          height,
        });
        for (const size of [2, 8, 64]) {
          await show(view, size);
          await checkDrawing(view, `topology-faults-${theme}-${width}-${size}`);
        }
        await view.close();
      });
    }
  }
});

describe('making and healing faults in the topology view', () => {
  let browser: Browser;
  let view: View;
  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());
  beforeEach(async () => {
    view = await openView<ToTopology, FromTopology>(browser, { view: 'topology' });
    await view.tell({ type: 'snapshot', jobs: jobsIn('running', 8), clockStands: false });
    await view.page.locator('.node').nth(7).waitFor();
  });
  afterEach(async () => {
    assert.deepEqual(view.problems, []);
    await view.close();
  });

  const lastHeard = async () => (await view.heard()).at(-1);
  const happen = (fault: Fault, ended?: true) =>
    view.tell({
      type: 'events',
      events: [
        { type: 'faultInjected', job: 'job-1', timeMs: 5, monotonicMs: 5, by: 'client', fault, ended },
      ],
    });
  const bar = () => view.page.getByRole('region', { name: 'Faults on purpose' });

  test('what happens is shown, spoken, named at the node, and gone once it has ended', async () => {
    const { page } = view;
    assert.equal(await bar().count(), 0);
    await happen({ fault: 'stop', node: 3 });
    await happen({ fault: 'cut', sides: [0, 1] });
    await bar().getByText('cut between node 0 and node 1').waitFor();
    await page.getByRole('status').filter({ hasText: 'Fault on purpose: node 3 stopped.' }).waitFor();
    await page.getByRole('button', { name: 'Node 3 running · stopped' }).waitFor();
    await page.getByRole('button', { name: '1 with a fault' }).waitFor();
    await page.locator('.edge-label.faulty', { hasText: 'cut' }).first().waitFor();
    await happen({ fault: 'cut', sides: [0, 1] }, true);
    await bar().getByText('cut between').waitFor({ state: 'detached' });
    assert.equal(await page.locator('.node-fault').count(), 1);
    await happen({ fault: 'heal' });
    await bar().waitFor({ state: 'detached' });
    assert.equal(await page.locator('.node-fault').count(), 0);
  });

  test('a fault is healed by its button, all by one', async () => {
    await happen({ fault: 'stop', node: 3 });
    await happen({ fault: 'delay', ms: 20 });
    await bar().getByRole('button', { name: 'Heal: delay of 20 ms between all nodes' }).click();
    assert.deepEqual(await lastHeard(), {
      type: 'healFaults',
      job: 'job-1',
      fault: 'delay of 20 ms between all nodes',
    });
    await bar().getByRole('button', { name: 'Heal All' }).click();
    assert.deepEqual(await lastHeard(), { type: 'healFaults', job: 'job-1' });
  });

  test('a node is hit from its menu and with F', async () => {
    const { page } = view;
    await happen({ fault: 'stop', node: 4 });
    await page.locator('.node[data-rank="4"]').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Inject Fault…' }).click();
    assert.deepEqual(await lastHeard(), { type: 'injectFault', job: 'job-1', rank: 4 });
    await page.locator('.node[data-rank="4"]').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'End node 4 stopped' }).click();
    assert.deepEqual(await lastHeard(), { type: 'healFaults', job: 'job-1', fault: 'node 4 stopped' });
    await page.locator('.node[data-rank="2"]').focus();
    await page.keyboard.press('f');
    assert.deepEqual(await lastHeard(), { type: 'injectFault', job: 'job-1', rank: 2 });
  });

  test('a link is cut where it is drawn', async () => {
    const { page } = view;
    const box = async (rank: number) => (await page.locator(`.node[data-rank="${rank}"]`).boundingBox())!;
    const [from, to] = [await box(0), await box(1)];
    const middle = (side: 'x' | 'y', size: 'width' | 'height') =>
      (from[side] + from[size] / 2 + to[side] + to[size] / 2) / 2;
    const [x, y] = [middle('x', 'width'), middle('y', 'height')];
    const menu = page.getByRole('menu', { name: 'From node 0 to node 1' });
    // The edge bends to one side of the straight line.
    for (let off = -24; off <= 24 && (await menu.count()) === 0; off += 6) {
      await page.mouse.click(x + off, y - off, { button: 'right' });
    }
    await menu.waitFor();
    await page.getByRole('menuitem', { name: 'Cut the Link 0 – 1' }).click();
    assert.deepEqual(await lastHeard(), { type: 'cutLink', job: 'job-1', from: 0, to: 1 });
  });

  test('a link is cut, impaired and healed without a mouse, from the peers of a node', async () => {
    const { page } = view;
    const choose = async (label: string) => {
      await page.getByRole('button', { name: '2: faults on the link of node 1 and node 2' }).focus();
      await page.keyboard.press('Enter');
      await page.locator('[role=menuitem]:focus').waitFor();
      const labels = await page.getByRole('menuitem').allInnerTexts();
      for (let at = 0; at < labels.indexOf(label); at += 1) await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      assert.equal(await page.getByRole('menu').count(), 0);
    };
    await page.locator('.node[data-rank="1"]').focus();
    await choose('Cut the Link 1 – 2');
    assert.deepEqual(await lastHeard(), { type: 'cutLink', job: 'job-1', from: 1, to: 2 });
    await choose('Inject Fault from 1 to 2…');
    assert.deepEqual(await lastHeard(), { type: 'injectLinkFault', job: 'job-1', from: 1, to: 2 });
    await happen({ fault: 'cut', sides: [1, 2] });
    await bar().waitFor();
    await choose('End cut between node 1 and node 2');
    const fault = 'cut between node 1 and node 2';
    assert.deepEqual(await lastHeard(), { type: 'healFaults', job: 'job-1', fault });
  });

  test('after the end of a job its cuts can be seen, and nothing can be done to them', async () => {
    const { page } = view;
    await happen({ fault: 'cut', sides: [0, 1] });
    const [{ job } = { job: undefined }] = jobsIn('failed', 8);
    assert.ok(job);
    await view.tell({ type: 'events', events: [{ type: 'jobChanged', job }] });
    const atEnd = page.getByRole('region', { name: 'Faults on purpose at the end' });
    await atEnd.getByText('cut between node 0 and node 1').waitFor();
    assert.equal(await atEnd.getByRole('button').count(), 0);
    await page.locator('.node[data-rank="2"]').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Show Output' }).waitFor();
    assert.equal(await page.getByRole('menuitem', { name: 'Inject' }).count(), 0);
  });
});
