/** The topology view without a mouse, with a mouse, and as it changes under the user. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import type { ClusterEvent } from '../../runtime/protocol/events';
import type { FromTopology, ToTopology } from '../../webviews/topology/contract';
import { edges, jobsIn, node, receiving } from './fixtures/jobs';
import { launchBrowser } from '../support/browser';
import { openView, type OpenView } from './fixtures/openView';

describe('using the topology view', () => {
  let browser: Browser;
  let view: OpenView<ToTopology, FromTopology>;

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());
  beforeEach(async () => {
    view = await openView(browser, { view: 'topology' });
    await view.tell({ type: 'snapshot', jobs: jobsIn('running', 8), clockStands: false });
    await view.page.locator('.node').nth(7).waitFor();
  });
  afterEach(async () => {
    assert.deepEqual(view.problems, []);
    await view.close();
  });

  const press = (key: string) => view.page.keyboard.press(key);
  const focusedRank = () => view.page.evaluate(() => document.activeElement?.getAttribute('data-rank'));
  const node8 = (rank: number) => view.page.locator(`.node[data-rank="${rank}"]`);
  const tell = (...events: ClusterEvent[]) => view.tell({ type: 'events', events });
  const lastHeard = async () => (await view.heard()).at(-1);

  test('Tab goes to the layouts, then to one node, then past all of them', async () => {
    await press('Tab');
    assert.equal(await view.page.evaluate(() => document.activeElement?.getAttribute('role')), 'radio');
    await press('Tab');
    assert.equal(await focusedRank(), '0');
    await press('Tab');
    assert.equal(await focusedRank(), null);
  });

  test('arrows go round the ring, Home and End to its ends, digits to a rank', async () => {
    await node8(0).focus();
    await press('ArrowRight');
    assert.equal(await focusedRank(), '1');
    await press('ArrowDown');
    assert.equal(await focusedRank(), '2');
    await press('End');
    assert.equal(await focusedRank(), '7');
    await press('Home');
    assert.equal(await focusedRank(), '0');
    await press('5');
    assert.equal(await focusedRank(), '5');
  });

  test('the focused node has a ring that can be seen, and the details are about it', async () => {
    await node8(0).focus();
    await press('ArrowRight');
    const stroke = await node8(1)
      .locator('.node-halo')
      .evaluate((halo) => getComputedStyle(halo).stroke);
    assert.notEqual(stroke, 'none');
    assert.equal(await node8(1).getAttribute('aria-current'), 'true');
    const details = view.page.getByRole('region', { name: 'Node 1' });
    assert.match(await details.innerText(), /blocked in recv\(source 0, tag 7\)/);
    await press('Escape');
    await details.waitFor({ state: 'detached' });
  });

  test('Enter focuses the thread, O shows the output', async () => {
    await node8(3).focus();
    await press('Enter');
    assert.deepEqual(await lastHeard(), { type: 'focusNode', job: 'job-1', rank: 3 });
    await press('o');
    assert.deepEqual(await lastHeard(), { type: 'showOutput', job: 'job-1', rank: 3 });
  });

  test('a click focuses the thread, the menu shows the output and gives the focus back', async () => {
    await node8(4).click();
    assert.deepEqual(await lastHeard(), { type: 'focusNode', job: 'job-1', rank: 4 });
    await node8(1).click({ button: 'right' });
    await view.page.locator('[role=menuitem]:focus').waitFor();
    await press('ArrowDown');
    await press('Enter');
    assert.deepEqual(await lastHeard(), { type: 'showOutput', job: 'job-1', rank: 1 });
    assert.equal(await focusedRank(), '1');
    assert.equal(await view.page.getByRole('menu').count(), 0);
  });

  test('Escape closes the menu and keeps the selection', async () => {
    await node8(1).click({ button: 'right' });
    await view.page.locator('[role=menuitem]:focus').waitFor();
    await press('Escape');
    assert.equal(await view.page.getByRole('menu').count(), 0);
    assert.equal(await focusedRank(), '1');
    await view.page.getByRole('region', { name: 'Node 1' }).waitFor();
  });

  test('the line where a node waits opens', async () => {
    await node8(1).focus();
    await view.page.getByRole('button', { name: 'pagerank.ts:41' }).click();
    assert.deepEqual(await lastHeard(), { type: 'openSource', at: receiving(0, 7).at });
  });

  test('a layout is picked with arrows, and remembered', async () => {
    await press('Tab');
    await press('ArrowRight');
    assert.equal(await view.page.getByRole('radio', { name: 'Grid' }).getAttribute('aria-checked'), 'true');
    assert.deepEqual(await view.savedState(), { layout: 'grid', job: 'job-1' });
  });

  test('the legend goes from one node of a state to the next', async () => {
    await tell(
      { type: 'nodeChanged', node: node(2, 'dead') },
      { type: 'nodeChanged', node: node(6, 'dead') },
    );
    const dead = view.page.getByRole('button', { name: '2 dead', exact: true });
    await dead.click();
    assert.equal(await focusedRank(), '2');
    await dead.click();
    assert.equal(await focusedRank(), '6');
  });

  test('the debugger moves the selection but not the keyboard', async () => {
    await press('Tab');
    await view.tell({ type: 'focused', node: { job: 'job-1', rank: 6 } });
    await view.page.getByRole('region', { name: 'Node 6' }).waitFor();
    assert.match((await node8(6).getAttribute('class')) ?? '', /focused/);
    assert.equal(await focusedRank(), null);
  });

  test('changes are told to a screen reader', async () => {
    await tell(
      { type: 'nodeChanged', node: node(2, 'paused') },
      { type: 'nodeChanged', node: node(3, 'paused') },
    );
    await view.page.getByRole('status').filter({ hasText: 'Nodes 2, 3: paused.' }).waitFor();
  });

  test('rates appear beside the edges as messages flow, and go when they stop', async () => {
    await tell({ type: 'traffic', job: 'job-1', timeMs: 0, intervalMs: 500, edges: edges(4).slice(0, 1) });
    await view.page.locator('.edge-label', { hasText: '36 msg/s' }).waitFor();
    await view.page.locator('.edge-label').waitFor({ state: 'detached', timeout: 6000 });
  });

  test('a circular wait is named once it has lasted', async () => {
    await tell(
      { type: 'nodeChanged', node: node(0, 'blocked', { wait: receiving(1, 7) }) },
      { type: 'nodeChanged', node: node(1, 'blocked', { wait: receiving(0, 7) }) },
    );
    await view.page.getByRole('region', { name: 'Circular wait' }).filter({ hasText: '0 → 1 → 0' }).waitFor();
    assert.equal(await view.page.locator('.wait.circular').count(), 2);
  });

  test('a job that starts takes the stage, and the older one can be picked again', async () => {
    const [first] = jobsIn('running', 2);
    await tell({ type: 'jobChanged', job: { ...first!.job, id: 'job-2', state: 'starting' } });
    await view.page.locator('.node').nth(2).waitFor({ state: 'detached' });
    await view.page.getByRole('combobox', { name: 'Job' }).selectOption('job-1');
    assert.deepEqual(await lastHeard(), { type: 'selectJob', job: 'job-1' });
    await view.page.locator('.node').nth(7).waitFor();
  });
});

describe('the topology view and its surroundings', () => {
  let browser: Browser;
  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());

  test('the empty state offers to run a program and to create a sample', async () => {
    const view = await openView<ToTopology, FromTopology>(browser, { view: 'topology' });
    await view.tell({ type: 'snapshot', jobs: [], clockStands: false });
    await view.page.getByRole('button', { name: 'Run Program' }).click();
    await view.page.getByRole('button', { name: 'Create Sample Workspace' }).click();
    assert.deepEqual(
      (await view.heard()).map(({ type }) => type),
      ['ready', 'runProgram', 'createSample'],
    );
    await view.close();
  });

  test('it opens as it was left', async () => {
    const view = await openView<ToTopology, FromTopology>(browser, {
      view: 'topology',
      savedState: { layout: 'star', job: 'job-1' },
    });
    const [job] = jobsIn('running', 4);
    const newer = {
      ...job!,
      job: { ...job!.job, id: 'job-2', startedAtMs: job!.job.startedAtMs + 1, size: 2 },
    };
    await view.tell({ type: 'snapshot', jobs: [job!, newer], clockStands: false });
    await view.page.locator('.node').nth(3).waitFor();
    assert.equal(await view.page.getByRole('radio', { name: 'Star' }).getAttribute('aria-checked'), 'true');
    await view.close();
  });

  for (const [name, still] of Object.entries({ 'the system': { reducedMotion: true }, 'a setting': {} })) {
    test(`nothing moves where ${name} says so, and arrow heads show the direction instead`, async () => {
      const view = await openView<ToTopology, FromTopology>(browser, { view: 'topology', ...still });
      await view.tell({ type: 'options', options: { animation: name === 'a setting' ? 'off' : 'auto' } });
      await view.tell({ type: 'snapshot', jobs: jobsIn('running', 4), clockStands: false });
      const flow = { type: 'traffic' as const, job: 'job-1', timeMs: 0, intervalMs: 500, edges: edges(4) };
      await view.tell({ type: 'events', events: [flow] });
      await view.page.locator('.edge-label').first().waitFor();
      const dots = await view.page
        .locator('.edge-canvas')
        .nth(1)
        .evaluate((canvas: HTMLCanvasElement) => {
          const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
          return data.some((value) => value !== 0);
        });
      assert.equal(dots, false);
      await view.close();
    });
  }

  test('dots move along the edges where nothing forbids it', async () => {
    const view = await openView<ToTopology, FromTopology>(browser, { view: 'topology' });
    await view.tell({ type: 'snapshot', jobs: jobsIn('running', 4), clockStands: false });
    const flow = { type: 'traffic' as const, job: 'job-1', timeMs: 0, intervalMs: 500, edges: edges(4) };
    await view.tell({ type: 'events', events: [flow] });
    await view.page.waitForFunction(() => {
      const canvas = document.querySelectorAll<HTMLCanvasElement>('.edge-canvas')[1];
      const data = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
      return data?.some((value) => value !== 0);
    });
    await view.close();
  });
});
