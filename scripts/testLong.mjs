// npm run test:long: what takes too long for every change. Prints how it goes; the last line is `N passed, N failed`.
// Each step runs by itself too: node scripts/testLong.mjs SUBSTRING. LOCKSTEP_MESSAGES sets the number of messages of the soak.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { SetupError, ensureBuilt, ensureDependencies, main, root } from './setup.mjs';

const messages = Number(process.env.LOCKSTEP_MESSAGES ?? 50_000_000);
const tenth = Math.round(messages / 10);

/** A program of test/long, or of the tests of the cluster, on real nodes. */
const run = (
  /** @type {string} */ program,
  /** @type {string[]} */ options,
  /** @type {unknown[]} */ args = [],
) => [
  join(root, 'dist', 'cli.js'),
  'run',
  join(root, 'test', program),
  ...options,
  '--',
  ...args.map(String),
];
/** Parts of the names of the faults in test/cluster/taskCells.test.ts. */
const cells = [
  'kill -9 a node',
  'SIGSTOP a',
  'SIGSTOP for',
  'slow',
  'partition',
  'delay',
  'disk',
  'coordinator',
];
const suite = (/** @type {string[]} */ ...words) => [join(root, 'scripts', 'test.mjs'), ...words];

/** @type {{ name: string, command: string[], env?: Record<string, string> }[]} */
const steps = [
  {
    name: 'soak over shared memory',
    command: run('long/programs/soak.ts', ['-n', '2', '--transport', 'shm'], [messages, 50]),
  },
  {
    name: 'soak over sockets',
    command: run('long/programs/soak.ts', ['-n', '2', '--transport', 'socket'], [tenth, 50]),
  },
  {
    name: 'soak of four nodes',
    command: run('long/programs/soak.ts', ['-n', '4', '--transport', 'shm'], [tenth, 50]),
  },
  ...[1, 2, 3, 4].flatMap((seed) =>
    ['shm', 'socket'].map((transport) => ({
      name: `rules of the standard under random delays, ${transport}, seed ${seed}`,
      command: run('cluster/programs/conformance.ts', [
        ...['-n', String(2 * seed), '--transport', transport],
        ...['--faults', join(root, 'test', 'long', 'faults.json'), '--fault-seed', String(seed)],
      ]),
    })),
  ),
  ...cells.map((cell) => ({
    name: `tasks under a fault, 20 times: ${cell}`,
    command: suite('cluster', 'taskCells'),
    env: { LOCKSTEP_CELL: cell, LOCKSTEP_CELL_RUNS: '20' },
  })),
  ...['within the lease', 'longer than the lease'].map((cell) => ({
    name: `tasks on two machines, an SSH link lost 20 times: ${cell}`,
    command: suite('remote', 'taskCells'),
    env: { LOCKSTEP_CELL: cell, LOCKSTEP_CELL_RUNS: '20' },
  })),
  ...['coordinator', 'driver', 'everything'].map((cell) => ({
    name: `tasks go on from their journal, 20 times: kill -9 ${cell}`,
    command: suite('cluster', 'cluster/journal'),
    env: { LOCKSTEP_CELL: cell, LOCKSTEP_CELL_RUNS: '20' },
  })),
  {
    name: 'scheduler under 10,000 seeds',
    command: suite('unit', 'scheduler/simulation'),
    env: { LOCKSTEP_SEEDS: '10000' },
  },
  {
    name: 'matching, 50,000 sequences',
    command: suite('unit', 'mpi/matching'),
    env: { LOCKSTEP_SEQUENCES: '50000' },
  },
];

await main(async () => {
  const [substring = ''] = process.argv.slice(2);
  const wanted = steps.filter(({ name }) => name.includes(substring));
  if (wanted.length === 0) throw new SetupError(`There is no step with "${substring}" in its name.`);
  await ensureDependencies();
  await ensureBuilt();
  const failed = wanted.filter(({ name, command, env }) => {
    console.log(`\n== ${name}`);
    const began = Date.now();
    const { status } = spawnSync(process.execPath, command, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: 'inherit',
    });
    console.log(`${status === 0 ? 'passed' : 'FAILED'} after ${((Date.now() - began) / 1000).toFixed(0)} s`);
    return status !== 0;
  });
  for (const { name } of failed) console.log(`failed: ${name}`);
  console.log(`${wanted.length - failed.length} passed, ${failed.length} failed`);
  if (failed.length > 0) process.exitCode = 1;
});
