/** `bench scale`: 64 nodes on this machine start, run an allreduce and stop; how long, and how much memory at the peak. */
import { join } from 'node:path';
import { lockstepRun, programs, runCommand } from './command';
import { findMpi4py, type Command } from './peers';
import { treePssBytes } from './processTree';
import { makeRow, type Row } from './row';
import { median } from './statistics';

const nodes = 64;
const runs = 3;
const sampleMs = 200;

interface Measured {
  timeMs: number;
  peakMiB: number;
}

/** Time and memory come from separate runs: looking at the memory of 64 processes takes time from them. */
export async function benchScale(): Promise<Row[]> {
  const mpi = findMpi4py();
  const ourCommand = lockstepRun(join(programs, 'allreduce.ts'), '--nodes', String(nodes));
  const theirCommand = mpi?.run(join(programs, 'allreduce.py'), nodes, 'asInstalled');
  const ours: Measured[] = [];
  const theirs: Measured[] = [];
  for (let run = 0; run < runs; run++) {
    ours.push(await measure(ourCommand));
    if (theirCommand) theirs.push(await measure(theirCommand));
  }
  const row = (name: string, unit: string, value: (measured: Measured) => number) =>
    makeRow({
      bench: 'scale',
      case: `${nodes} nodes, allreduce: ${name}`,
      unit,
      better: 'lower',
      ours: median(ours.map(value)),
      peer: `mpiexec, ${mpi?.name ?? 'mpi4py'}`,
      theirs: theirs.length > 0 ? median(theirs.map(value)) : null,
    });
  const rows = [row('start to end', 'ms', (measured) => measured.timeMs)];
  if (process.platform === 'linux') rows.push(row('peak memory', 'MiB', (measured) => measured.peakMiB));
  return rows;
}

async function measure(command: Command): Promise<Measured> {
  const { timeMs } = await runCommand(command);
  if (process.platform !== 'linux') return { timeMs, peakMiB: 0 };
  let peakBytes = 0;
  let timer: NodeJS.Timeout | undefined;
  const sample = (pid: number) => (peakBytes = Math.max(peakBytes, treePssBytes(pid)));
  try {
    await runCommand(command, { onStarted: (pid) => (timer = setInterval(() => sample(pid), sampleMs)) });
  } finally {
    clearInterval(timer);
  }
  return { timeMs, peakMiB: peakBytes / 2 ** 20 };
}
