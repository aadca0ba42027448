import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { processesWith } from '../cluster/processes';
import { assertSucceeded, type Cluster, withCluster } from '../cluster/withCluster';
import { families, type Family } from './mpiexec';

const nodes = 3;
/** MPICH names the lowest of those that have ended by the time it looks: where that is another one, nobody knows the reason. */
const reasons: Record<Family, string[]> = {
  mpich: ['its process was killed by SIGKILL', 'its process was killed, or has crashed'],
  openmpi: ['its process was killed by SIGKILL'],
};

/** A run whose nodes wait, and the processes of its launcher and of node 1. */
async function waiting({ start, client, runtimeFolder }: Cluster, family: Family) {
  const body = `
    log('here');
    if (world.rank !== 1) world.recv(1);
    else while (args.length === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);`;
  const job = await start(body, nodes, { mpi: { family } });
  for (let rank = 0; rank < nodes; rank += 1) await job.line('here', rank);
  const all = await client.request('jobs', {});
  const node = all.find((each) => each.job.id === job.id)?.nodes[1];
  // MPICH has a process of its own that starts and ends those of a machine.
  const launchers = processesWith(runtimeFolder).filter(({ command }) => /mpiexec\.|pmi_proxy/.test(command));
  assert.ok(node && launchers.some(({ command }) => command.includes(`mpiexec.${family}`)));
  const signal = (name: NodeJS.Signals) => {
    for (const { pid } of launchers) process.kill(pid, name);
  };
  return { job, node: node.pid, signal };
}

for (const family of families) {
  describe(`a node that dies under mpiexec of ${family}`, () => {
    test('is told before the launcher has said a word, which then gives the reason', () =>
      withCluster(async (cluster) => {
        const { job, node, signal } = await waiting(cluster, family);
        signal('SIGSTOP');
        process.kill(node, 'SIGKILL');
        const failure = await cluster.recording.until('the end of the job', () => {
          const changes = cluster.recording.events.map(({ event }) => event);
          return (
            changes.find((event) => event.type === 'jobChanged' && event.job.failure) &&
            changes.find((event) => event.type === 'nodeChanged' && event.node.state === 'dead')
          );
        });
        signal('SIGCONT');
        assert.ok(failure.type === 'nodeChanged' && failure.node.rank === 1);
        assert.equal(failure.node.reason, 'its process was killed, or has crashed');
        const info = await job.ended();
        assert.equal(info.failure?.rank, 1);
        const all = await cluster.client.request('jobs', {});
        const [first, dead] = all.find((each) => each.job.id === job.id)?.nodes ?? [];
        assert.ok(reasons[family].includes(dead?.reason ?? ''), dead?.reason);
        assert.equal(info.failure.error.message, `Node 1 was lost: ${dead?.reason}.`);
        assert.equal(first?.reason, 'it was ended with its job');
      }));

    test('as it was asked to says so, and not what it died of', () =>
      withCluster(async (cluster) => {
        const { job } = await waiting(cluster, family);
        await cluster.client.request('killNode', { job: job.id, rank: 1 });
        const { failure } = await job.ended();
        assert.match(failure?.error.message ?? '', /Node 1 was lost: it was killed on request\./);
      }));

    test('is no death where its program has ended', () =>
      withCluster(async (cluster) => {
        assertSucceeded(await cluster.run(`if (world.rank === 0) log('over');`, nodes, { mpi: { family } }));
      }));
  });
}
