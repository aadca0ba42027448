/**
 * A program of tasks on two machines reached over SSH, one of which is lost at a random time, for a moment or for good: no
 * task lost, none counted twice. LOCKSTEP_CELL_RUNS repeats each; LOCKSTEP_CELL names one of them.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { assertSucceeded, programs, withCluster } from '../cluster/withCluster';
import { childrenOf, type Sshd } from './sshd';
import { startTwoMachines } from './twoMachines';

const runs = Number(process.env['LOCKSTEP_CELL_RUNS'] ?? 1);
const only = process.env['LOCKSTEP_CELL'] ?? '';
const program = join(programs, 'taskCells.ts');

/** By name: what befalls the second machine, and how many of the three nodes that run tasks may be there at the end. */
const cells: Record<string, { befalls: (machine: Sshd) => Promise<void>; left: number[] }> = {
  'an SSH link that is back within the lease': {
    befalls: (machine) => {
      for (const session of childrenOf(machine.pid)) process.kill(session, 'SIGKILL');
      return Promise.resolve();
    },
    left: [3],
  },
  'an SSH link that stays away for longer than the lease': {
    befalls: (machine) => machine.stop(true),
    left: [1, 3], // copies of the tasks that were there may have ended all before the machine counts as lost
  },
};

describe('a program of tasks on two machines has all its results once under', () => {
  for (const [name, { befalls, left }] of Object.entries(cells).filter(([each]) => each.includes(only))) {
    test(name, { timeout: 60_000 * runs }, async (context) => {
      for (let run = 0; run < runs; run += 1) {
        const machines = await startTwoMachines();
        try {
          await withCluster(
            async (cluster) => {
              const job = await cluster.start(program, 4, { cluster: 'lab', args: ['200'] });
              await job.line('begun', 0);
              await delay(Math.random() * 500);
              await befalls(machines.second);
              assertSucceeded({ job, info: await job.ended() });
              const line = JSON.parse(job.lines(0, 'log').at(-1) ?? '{}') as { nodes: number };
              const { nodes, ...counted } = line;
              assert.deepEqual(counted, { lost: 0, doubled: 0, wrong: 0 });
              assert.ok(left.includes(nodes), `${nodes} nodes are left`);
            },
            { configuration: { clusters: { lab: machines.cluster } } },
          );
        } finally {
          await machines.stop();
        }
      }
      context.diagnostic(`${name}: ${runs} runs, 0 lost, 0 counted twice, 0 wrong`);
    });
  }
});
