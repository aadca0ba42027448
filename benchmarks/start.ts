/** `bench start`: from the start of the command to the end of a hello on four nodes. */
import { join } from 'node:path';
import { lockstepRun, programs, runCommand } from './command';
import { findMpi4py, type Command } from './peers';
import { makeRow, type Row } from './row';
import { median } from './statistics';

const nodes = 4;
const runs = 15;

/** Measures all commands in turn, so that a change of the machine's load meets each of them alike. */
export async function benchStart(): Promise<Row[]> {
  const mpi = findMpi4py();
  const commands: Record<'ours' | 'asInstalled' | 'tuned', Command | undefined> = {
    ours: lockstepRun(join(programs, 'hello.ts'), '--nodes', String(nodes)),
    asInstalled: mpi?.run(join(programs, 'hello.py'), nodes, 'asInstalled'),
    tuned: mpi?.run(join(programs, 'hello.py'), nodes, 'tuned'),
  };
  const times = { ours: [] as number[], asInstalled: [] as number[], tuned: [] as number[] };
  for (let run = -1; run < runs; run++) {
    for (const name of ['ours', 'asInstalled', 'tuned'] as const) {
      const command = commands[name];
      if (!command) continue;
      const { timeMs } = await runCommand(command);
      if (run >= 0) times[name].push(timeMs); // the first run warms the caches
    }
  }
  return (['asInstalled', 'tuned'] as const).map((settings) =>
    makeRow({
      bench: 'start',
      case: `hello, ${nodes} nodes`,
      unit: 'ms',
      better: 'lower',
      ours: median(times.ours),
      peer: `mpiexec, ${mpi?.name ?? 'mpi4py'}${settings === 'tuned' ? ', --mca pml ob1 --mca btl self,vader' : ''}`,
      theirs: mpi ? median(times[settings]) : null,
    }),
  );
}
