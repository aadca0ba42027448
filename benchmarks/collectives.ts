/** `bench collectives`: allreduce and alltoall of doubles on 2 and 4 nodes, beside Open MPI; all take turns. */
import { join } from 'node:path';
import { lockstepRun, programs, runCommand } from './command';
import { type Command, findMpi4py } from './peers';
import { makeRow, type Row } from './row';

const runs = 3;
const calls = ['allreduce', 'alltoall'];
const sizes: { name: string; bytes: number; repeats: number }[] = [
  { name: '8 B', bytes: 8, repeats: 500 },
  { name: '64 KiB', bytes: 64 << 10, repeats: 50 },
  { name: '8 MiB', bytes: 8 << 20, repeats: 2 },
];

interface Measured {
  algorithm?: string;
  us: number;
}

/** What one call takes, by the slowest node. */
export async function benchCollectives(): Promise<Row[]> {
  const mpi = findMpi4py();
  const cases = calls.flatMap((call) => sizes.map((size) => ({ call, ...size })));
  const words = cases.map(({ call, bytes, repeats }) => `${call}:${bytes}:${repeats}`);
  const rows: Row[] = [];
  for (const nodes of [2, 4]) {
    const ours: Command = [
      ...lockstepRun(join(programs, 'collectives.ts'), '--nodes', String(nodes), '--json'),
      '--',
      ...words,
    ];
    const mpiCommand = mpi?.run(join(programs, 'collectives.py'), nodes, 'asInstalled');
    const theirs: Command | undefined = mpiCommand && [...mpiCommand, ...words];
    const own: Measured[][] = [];
    const other: Measured[][] = [];
    for (let run = 0; run < runs; run += 1) {
      own.push(await measure(ours));
      if (theirs) other.push(await measure(theirs));
    }
    for (const [i, { call, name }] of cases.entries()) {
      const value = (results: Measured[][]) =>
        Math.min(...results.map((result) => (result[i] as Measured).us));
      rows.push(
        makeRow({
          bench: 'collectives',
          case: `${call}, ${name}, ${nodes} nodes (${own[0]?.[i]?.algorithm ?? ''})`,
          unit: 'µs',
          better: 'lower',
          ours: value(own),
          peer: mpi ? `${mpi.name}: buffers` : 'mpi4py',
          theirs: other.length > 0 ? value(other) : null,
        }),
      );
    }
  }
  return rows;
}

async function measure(command: Command): Promise<Measured[]> {
  const { output } = await runCommand(command);
  const list = /collectives\\?":(\[[^\]]*\])/.exec(output)?.[1];
  if (list === undefined) throw new Error(`The program did not print its times:\n${output}`);
  return JSON.parse(list.replaceAll('\\', '')) as Measured[];
}
