/** Programs on machines reached over SSH: two real servers, two nodes on each. */
import assert from 'node:assert/strict';
import { availableParallelism, totalmem } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, describe, test } from 'node:test';
import { join } from 'node:path';
import type { CdpEvent } from '../../runtime/protocol/debug';
import type { HostInfo } from '../../runtime/protocol/host';
import { assertSucceeded, type Cluster, withCluster } from '../cluster/withCluster';
import { root } from '../samples/runSample';
import { eventually, processesWith } from './commands';
import { childrenOf } from './sshd';
import { startTwoMachines, type TwoMachines } from './twoMachines';

describe('a cluster of two machines reached over SSH', () => {
  let machines: TwoMachines;

  before(async () => {
    machines = await startTwoMachines();
  });
  after(() => machines.stop());

  const withLab = (body: (cluster: Cluster) => Promise<void>) =>
    withCluster(body, {
      configuration: { clusters: { lab: machines.cluster } },
    });
  const onLab = { cluster: 'lab' };

  /** All that was told of a machine, oldest machines.first. */
  const toldOf = ({ recording }: Cluster, name: string): HostInfo[] =>
    recording.events.flatMap(({ event }) =>
      event.type === 'hostChanged' && event.host.name === name ? [event.host] : [],
    );

  /** The states that a machine went through. */
  const statesOf = (cluster: Cluster, name: string): string[] => {
    const states = toldOf(cluster, name).map(({ state }) => state);
    return states.filter((state, index) => state !== states[index - 1]);
  };

  test('what a machine is, how busy it is and how far away is told while it is connected', () =>
    withLab(async (cluster) => {
      const job = await cluster.start(`for (;;) world.barrier();`, 4, onLab);
      await job.state(3, 'running');
      const { facts, load, ...host } = await cluster.recording.until('the load of lab2', () =>
        toldOf(cluster, 'lab2').find((each) => each.state === 'ready' && each.load),
      );
      assert.equal(host.cluster, 'lab');
      assert.equal(facts?.nodeVersion, process.versions.node);
      assert.equal(facts.cores, availableParallelism());
      assert.equal(facts.memoryMiB, Math.floor(totalmem() / 2 ** 20));
      assert.ok(load && load.roundTripMs > 0, `${load?.roundTripMs} ms`);
      assert.ok(load.freeMemoryMiB > 0 && load.freeMemoryMiB <= facts.memoryMiB);
      const states = statesOf(cluster, 'lab2').filter((state) => state !== 'uploading');
      assert.deepEqual(states, ['connecting', 'starting', 'ready']);
      await cluster.client.request('stopJob', { job: job.id });
    }));

  test('messages cross between the machines, large ones too', () =>
    withLab(async (cluster) => {
      const { job, info } = await cluster.run(
        `const right = (world.rank + 1) % world.size;
         const left = (world.rank + world.size - 1) % world.size;
         const data = new Float64Array(1e6).fill(world.rank);
         const from = world.sendrecv<Float64Array>(data, right, 1, left, 1);
         log(from.length, from[999_999], world.allreduce(2 ** world.rank, SUM));`,
        4,
        onLab,
      );
      assertSucceeded({ job, info });
      // The nodes of one machine share memory there as they do here.
      assert.equal(info.transport, 'shm+socket', info.withoutMemory);
      const snapshots = await cluster.client.request('jobs', {});
      const hosts = snapshots.flatMap(({ nodes }) => nodes.map((node) => node.host));
      assert.deepEqual(hosts, ['lab', 'lab', 'lab2', 'lab2']);
      const output = await cluster.client.request('output', { job: info.id });
      const lines = output.toSorted((a, b) => a.rank - b.rank).map(({ text }) => text);
      assert.deepEqual(lines, ['1000000 3 15', '1000000 0 15', '1000000 1 15', '1000000 2 15']);
    }));

  test('the flights rank as they do on one machine; their data travels with the program', () =>
    withLab(async (cluster) => {
      const program = join(root, 'samples', '02-flights', 'pagerank.ts');
      const outputs: string[] = [];
      for (const options of [onLab, {}]) {
        const { job, info } = await cluster.run(program, 4, options);
        assertSucceeded({ job, info });
        const lines = await cluster.client.request('output', { job: info.id, rank: 0 });
        outputs.push(lines.map(({ text }) => text).join('\n'));
      }
      assert.match(outputs[0] ?? '', /1\. ATL/);
      assert.equal(outputs[0], outputs[1]);
    }));

  test('a node on another machine that waits in a call can be paused and looked into', () =>
    withLab(async ({ client, start }) => {
      const job = await start(`if (world.rank === 3) world.recv(0, 9); else world.recv(3, 9);`, 4, {
        ...onLab,
        hold: true,
      });
      const paused = new Promise<CdpEvent>((resolve) => {
        client.onCdp(({ rank, message }) => {
          if (!('method' in message) || rank !== 3) return;
          if (message.method === 'Lockstep.attached') {
            client.sendCdp(job.id, 3, { id: 1, method: 'Debugger.enable' });
            void client.request('releaseJob', { job: job.id });
          }
          if (message.method === 'Debugger.paused') resolve(message);
        });
      });
      await client.request('attachDebugger', { job: job.id });
      await job.state(3, 'blocked');
      client.sendCdp(job.id, 3, { id: 2, method: 'Debugger.pause' });
      const { callFrames } = (await paused).params as { callFrames: { functionName: string }[] };
      assert.ok(callFrames.some(({ functionName }) => functionName === 'recv'));
      await client.request('stopJob', { job: job.id });
    }));

  test('a link that is lost for a moment costs nothing: the job goes on', () =>
    withLab(async (cluster) => {
      const { client, start } = cluster;
      const job = await start(
        `for (let i = 0; i < 60; i++) {
           const sum = world.allreduce(i, SUM);
           if (sum !== i * world.size) throw new Error('round ' + i + ' gave ' + sum);
           const until = Date.now() + 50; while (Date.now() < until);
         }
         log('all rounds');`,
        4,
        onLab,
      );
      await job.state(3, 'running');
      await pause(500);
      for (const session of childrenOf(machines.second.pid)) process.kill(session, 'SIGKILL');
      const info = await job.ended();
      assertSucceeded({ job, info });
      const output = await client.request('output', { job: info.id });
      assert.equal(output.filter(({ text }) => text === 'all rounds').length, 4);
      assert.deepEqual(statesOf(cluster, 'lab2').slice(-2), ['unreachable', 'ready']);
    }));

  test('a machine that stays away ends the job by name, and nothing stays on it', () =>
    withLab(async (cluster) => {
      const job = await cluster.start(`for (;;) world.barrier();`, 4, onLab);
      await job.state(3, 'running');
      const home = machines.second.home;
      await machines.second.stop(true);
      const info = await job.ended();
      assert.equal(info.state, 'failed');
      assert.match(info.failure?.error.message ?? '', /lab2/);
      assert.deepEqual(statesOf(cluster, 'lab2').slice(-2), ['unreachable', 'lost']);
      await eventually('its processes have ended', () => processesWith(home).length === 0, 20_000);
    }));
});
