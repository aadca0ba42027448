/**
 * `bench tasks`: what a task costs, beside dask.distributed with as many processes that run tasks; tasks with dependencies;
 * what the scheduler itself takes for a task; and its policies on the same workloads, beside the lower bound.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockstepRun, programs, runCommand } from './command';
import type { Command } from './peers';
import { makeRow, type Row } from './row';
import { benchSchedulerCost } from './schedulerCost';
import { median } from './statistics';
import { benchTaskPolicies } from './taskPolicies';

/** Processes that run tasks, of ours and of dask's; the driver and the scheduler are processes of their own. */
const nodes = 2;
const runs = 3;
const latencies = 200;
/** dask is given fewer: what counts is the rate. */
const daskTasks = 2000;
const defaultTasks = 100_000;

/** Debian's own Python, which its python3-distributed belongs to. */
const python = '/usr/bin/python3';

interface Measured {
  rate: number;
  latencyMs: number;
}

interface Graph {
  rate: number;
  lost: number;
  memoryMiB: number[];
}

export async function benchTasks(tasks = defaultTasks): Promise<Row[]> {
  const peer = findDask();
  const name = peer ?? 'dask.distributed';
  const ours: Measured[] = [];
  const theirs: Measured[] = [];
  for (let run = 0; run < runs; run += 1) {
    ours.push(await measure<Measured>(program('no-op', tasks, latencies)));
    if (!peer) continue;
    theirs.push(
      await measure([python, join(programs, 'tasks.py'), `${nodes}`, `${daskTasks}`, `${latencies}`]),
    );
  }
  const row = (
    what: string,
    unit: string,
    better: 'lower' | 'higher',
    value: (measured: Measured) => number,
  ) =>
    makeRow({
      bench: 'tasks',
      case: what,
      unit,
      better,
      ours: median(ours.map(value)),
      peer: name,
      theirs: theirs.length > 0 ? median(theirs.map(value)) : null,
    });
  const journaled = await withJournal(tasks);
  const graph = await measure<Graph>(program('graph', tasks));
  const [, , early = NaN] = graph.memoryMiB;
  const own = (what: string, unit: string, value: number, peerName: string, theirValue: number | null): Row =>
    makeRow({
      bench: 'tasks',
      case: what,
      unit,
      better: 'lower',
      ours: value,
      peer: peerName,
      theirs: theirValue,
    });
  return [
    row(`no-op tasks on ${nodes} nodes`, 'tasks/s', 'higher', ({ rate }) => rate),
    makeRow({
      bench: 'tasks',
      case: 'no-op tasks with a journal',
      unit: 'tasks/s',
      better: 'higher',
      ours: journaled.rate,
      peer: 'the same without one',
      theirs: median(ours.map(({ rate }) => rate)),
    }),
    row('submit to result of one task', 'ms', 'lower', ({ latencyMs }) => latencyMs),
    own(`${tasks} tasks with dependencies: wrong or lost`, 'tasks', graph.lost, 'one loop', null),
    own(
      'the same: memory of the driver at the end',
      'MiB',
      graph.memoryMiB.at(-1) ?? NaN,
      'after 3 of 10 parts',
      early,
    ),
    ...benchSchedulerCost(),
    ...benchTaskPolicies(),
  ];
}

/** The same with every result written to disk; the journal goes with the end of the program. */
async function withJournal(tasks: number): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'journal-'));
  try {
    const [node, cli, run, file, ...rest] = program('no-op', tasks, latencies);
    return await measure<Measured>([
      node,
      cli,
      run,
      file,
      '--journal',
      join(folder, 'journal'),
      ...rest,
    ] as Command);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function program(...args: (string | number)[]): Command {
  const command = lockstepRun(join(programs, 'tasks.ts'), '--nodes', String(nodes + 1));
  return [...command, '--', ...args.map(String)];
}

async function measure<T>(command: Command): Promise<T> {
  const { output } = await runCommand(command);
  const json = /\{.*\}/.exec(output)?.[0];
  if (json === undefined) throw new Error(`The program did not print its figures:\n${output}`);
  return JSON.parse(json) as T;
}

function findDask(): string | undefined {
  if (!existsSync(python)) return undefined;
  const probe = spawnSync(python, ['-c', 'import distributed; print(distributed.__version__)'], {
    encoding: 'utf8',
  });
  return probe.status === 0 ? `dask.distributed ${probe.stdout.trim()}` : undefined;
}
