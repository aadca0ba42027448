import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readRecording } from '../../runtime/core/timeline/recordingFile';
import type { Operation } from '../../runtime/protocol/operations';
import { lockstep } from './commandLine';
import { assertSucceeded, programOf, programs, withCluster } from './withCluster';

/**
 * Every message that was received was sent, by its id; begins, ends and clocks are in order. That an arrow does not go back in
 * time is made sure of where it is drawn: times are right to less than the order of what nodes do.
 */
function checkOperations(nodes: readonly (readonly Operation[])[]): void {
  const sent = new Map<number, Operation>();
  const ends = nodes.map((operations) => operations.filter(({ role }) => role !== 'none'));
  for (const operation of ends.flat())
    if (operation.role === 'send') sent.set(operation.messageId, operation);
  const received = new Set<number>();
  for (const [rank, operations] of nodes.entries()) {
    let clock = 0;
    for (const operation of operations) {
      assert.ok(operation.beginMs <= operation.endMs, JSON.stringify(operation));
      assert.ok(operation.clock >= clock, `the clock of node ${rank} goes back`);
      clock = operation.clock;
      if (operation.role !== 'receive') continue;
      const send = sent.get(operation.messageId);
      assert.ok(send, `nobody sent what node ${rank} received: ${JSON.stringify(operation)}`);
      assert.ok(send.clock < operation.clock || send.name === 'ssend' || send.bytes > 65_536);
      assert.deepEqual([send.tag, send.bytes, send.peer], [operation.tag, operation.bytes, rank]);
      assert.ok(!received.has(operation.messageId), 'a message was received twice');
      received.add(operation.messageId);
    }
  }
  assert.ok(received.size > 0);
}

describe('the operations of a job', () => {
  for (const transport of ['shm', 'socket'] as const) {
    it(`are recorded with their messages, clocks and lines over ${transport}`, () =>
      withCluster(async ({ client, run }) => {
        const ran = await run(join(programs, 'everyCall.ts'), 3, { trace: true, transport });
        assertSucceeded(ran);
        const recordings = await client.request('recordings', { job: ran.job.id });
        assert.deepEqual(
          recordings.map(({ rank, offsetMs }) => [rank, offsetMs]),
          [
            [0, 0],
            [1, 0],
            [2, 0],
          ],
        );
        const nodes = recordings.map(({ path, offsetMs }) => readRecording(path, offsetMs));
        assert.deepEqual(
          nodes.map(({ missing }) => missing),
          [0, 0, 0],
        );
        checkOperations(nodes.map(({ operations }) => operations));
        const calls = nodes.flatMap(({ operations }) => operations).filter(({ kind }) => kind === 'call');
        for (const call of calls)
          assert.match(`${call.at?.file}:${call.at?.line}`, /everyCall\.ts:\d+$/, call.name);
        const barrier = calls.find(({ name }) => name === 'barrier');
        assert.equal(barrier?.algorithm, 'dissemination');
      }));
  }

  it('are there of a job that failed, up to its end', () =>
    withCluster(async ({ client, run }) => {
      const body = `
        if (world.rank === 0) world.send('to nobody', 1, 5);
        else throw new Error('done with it');
        world.recv(1);`;
      const { job, info } = await run(body, 2, { trace: true });
      assert.equal(info.state, 'failed');
      const [first] = await client.request('recordings', { job: job.id });
      const { operations } = readRecording(first?.path ?? '', 0);
      assert.ok(operations.every(({ name, at }) => name === 'send' && at?.line === 2));
    }));

  it('are not recorded where nobody asked for it', () =>
    withCluster(async ({ client, run }) => {
      const { job } = await run('world.barrier();', 2);
      assert.deepEqual(await client.request('recordings', { job: job.id }), []);
    }));
});

describe('lockstep run --trace', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(join(tmpdir(), 'trace-'))));
  after(() => rmSync(folder, { recursive: true }));

  it('writes a trace with slices and arrows, and says so', async () => {
    const body = `
      const right = (world.rank + 1) % world.size;
      world.sendrecv('x', right, 3, (world.rank + 2) % world.size, 3);
      world.allreduce(world.rank, SUM);`;
    writeFileSync(join(folder, 'ring.ts'), programOf(body));
    const { code, stderr } = await lockstep(['run', 'ring.ts', '--nodes', '3', '--trace', 't.json'], folder);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /lockstep: \d+ operations are in t\.json; open it at ui\.perfetto\.dev/);
    const { traceEvents } = JSON.parse(readFileSync(join(folder, 't.json'), 'utf8')) as {
      traceEvents: { ph: string; name: string; pid: number; id?: string; ts: number; dur: number }[];
    };
    const of = (ph: string) => traceEvents.filter((event) => event.ph === ph);
    const calls = of('X').filter(({ name, dur }) => name === 'allreduce' && dur >= 0);
    assert.deepEqual(new Set(calls.map(({ pid }) => pid)), new Set([0, 1, 2]));
    const ids = (ph: string) => of(ph).map(({ id }) => id);
    assert.deepEqual(ids('s').sort(), ids('f').sort());
    assert.ok(ids('s').length >= 3 + 2, `${ids('s').length} arrows`);
    for (const end of of('f')) {
      const begin = of('s').find(({ id }) => id === end.id);
      assert.ok(begin && begin.ts <= end.ts, 'an arrow goes back in time');
    }
  });

  it('has what went wrong on purpose, and when, as --json has it', async () => {
    const body = `
      if (world.rank === 0) faults.delay({ from: 0, to: 1, ms: 1 });
      world.barrier();
      if (world.rank === 0) faults.heal();
      world.barrier();`;
    writeFileSync(join(folder, 'late.ts'), programOf(body));
    const options = ['--nodes', '2', '--json', '--trace', 'late.json'];
    const { code, stdout, stderr } = await lockstep(['run', 'late.ts', ...options], folder);
    assert.equal(code, 0, stderr);
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; fault?: string; by?: string; atMs?: number });
    const told = rows.filter(({ type }) => type === 'fault');
    assert.deepEqual(
      told.map(({ fault, by }) => [fault, by]),
      [
        ['delay', 'program'],
        ['heal', 'program'],
      ],
    );
    const { traceEvents } = JSON.parse(readFileSync(join(folder, 'late.json'), 'utf8')) as {
      traceEvents: { ph: string; name: string; ts: number; dur: number }[];
    };
    const moments = traceEvents.filter(({ ph }) => ph === 'i');
    assert.deepEqual(
      moments.map(({ name }) => name),
      ['fault: delay of 1 ms from node 0 to node 1', 'fault: everything healed'],
    );
    const [late, healed] = moments;
    const barriers = traceEvents.filter(({ ph, name }) => ph === 'X' && name === 'barrier');
    assert.ok(late && healed && late.ts < healed.ts);
    assert.ok(
      barriers.some(({ ts, dur }) => late.ts < ts && ts + dur <= healed.ts),
      'the first barrier lies between the two, on the same clock',
    );
  });

  it('says what is wrong with a file that cannot be written, before anything runs', async () => {
    writeFileSync(join(folder, 'idle.ts'), programOf(''));
    const { code, stderr } = await lockstep(['run', 'idle.ts', '--trace', 'no/such/folder.json'], folder);
    assert.equal(code, 2);
    assert.match(stderr, /--trace: .*folder\.json is not a file that can be written \(ENOENT.*exists\./);
  });
});
