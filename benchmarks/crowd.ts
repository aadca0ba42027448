/**
 * `bench crowd`: what a message costs in processor time where there are more nodes than processors: 8 nodes beside 2, for as
 * many messages in all. Counted are all threads of all nodes, those that wait too. The least of some batches counts, because
 * what else the machine does only adds to it.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockstepRun, programs, runCommand } from './command';
import { type Command, findMpi4py } from './peers';
import { makeRow, type Row } from './row';

const few = 2;
const many = 8;
const messages = 40_000;

/** What the nodes do; see programs/crowd.ts. */
const patterns = {
  pair: 'two send to and fro, the others wait',
  ring: 'a message goes round, all wait for it',
  pairs: 'all send to and fro in pairs',
};

/** How the peers carry messages as each of our transports does. */
const transports = {
  shm: { inC: 'by futex', mpi: [{ name: 'shared memory', env: {}, messages }, spinning()] },
  socket: {
    inC: 'by Unix sockets',
    mpi: [{ name: 'TCP', env: { OMPI_MCA_pml: 'ob1', OMPI_MCA_btl: 'self,tcp' }, messages }],
  },
};

/** A way to run the program, with the processor time that a message has taken. */
interface Way {
  command: Command;
  env?: Record<string, string>;
  microseconds: number;
}

/** Through shared memory and sockets, beside 2 nodes, beside mpi4py, and beside C, which shows what the machine takes. */
export async function benchCrowd(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-bench-'));
  const rows: Row[] = [];
  try {
    const inC = compiled(folder);
    for (const transport of ['shm', 'socket'] as const) {
      for (const pattern of ['pair', 'ring', 'pairs'] as const) {
        rows.push(...(await benchPattern(transport, pattern, inC)));
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return rows;
}

async function benchPattern(
  transport: keyof typeof transports,
  pattern: keyof typeof patterns,
  inC: string | undefined,
): Promise<Row[]> {
  const { inC: byC, mpi: ways } = transports[transport];
  const words = [pattern, String(messages)];
  const ours = (nodes: number): Way => {
    const options = ['--nodes', String(nodes), '--transport', transport, '--json', '--'];
    return { command: [...lockstepRun(join(programs, 'crowd.ts'), ...options), ...words], microseconds: NaN };
  };
  const c = (size: number): Way[] =>
    inC === undefined ? [] : [{ command: [inC, ...words, String(size), transport], microseconds: NaN }];
  const mpi = findMpi4py();
  const theirs = ways.map(({ env, messages: number }): Way[] => {
    const command = mpi?.run(join(programs, 'crowd.py'), many, 'asInstalled');
    return command ? [{ command: [...command, pattern, String(number)], env, microseconds: NaN }] : [];
  });
  const [own, beside, bare, bareBeside] = [ours(many), ours(few), c(many), c(few)];
  for (const way of [own, beside, ...bare, ...bareBeside, ...theirs.flat()]) await measure(way);
  const row = (peer: string, [way]: Way[], note?: string): Row =>
    makeRow({
      bench: 'crowd',
      case: `${patterns[pattern]}, ${transport}: ${many} nodes`,
      unit: 'µs CPU',
      better: 'lower',
      ours: own.microseconds,
      peer,
      theirs: way ? way.microseconds : null,
      ...(note === undefined ? {} : { note }),
    });
  return [
    row(`${few} nodes, as many messages`, [beside], noteOf(pattern, transport, bare[0], bareBeside[0])),
    row(`C ${byC}, ${many} processes`, bare),
    ...ways.map(({ name }, i) =>
      row(`${mpi?.name ?? 'mpi4py'}: ${name}, ${many} processes`, theirs[i] ?? []),
    ),
  ];
}

/** What the machine itself takes more for many processes, which no transport can be below. */
function noteOf(pattern: string, transport: string, bare?: Way, beside?: Way): string | undefined {
  if (bare === undefined || beside === undefined) return undefined;
  const ratio = (bare.microseconds / beside.microseconds).toFixed(2);
  return `${pattern}, ${transport}: C, which sleeps for each message, takes ${bare.microseconds.toPrecision(3)} µs with ${many} processes and ${beside.microseconds.toPrecision(3)} with ${few} (${ratio}).`;
}

/** Open MPI where it never gives way: few messages, because each takes milliseconds. */
function spinning() {
  const env = { OMPI_MCA_mpi_yield_when_idle: '0' };
  return { name: 'shared memory, not giving way', env, messages: 16 };
}

async function measure(way: Way): Promise<void> {
  const { output } = await runCommand(way.command, { env: way.env });
  const microseconds = /cpuMicroseconds\\?":\[([^\]]*)\]/.exec(output)?.[1];
  if (microseconds === undefined) throw new Error(`The program did not print its time:\n${output}`);
  way.microseconds = Number(microseconds);
}

/** The program in C, if there is a compiler. */
function compiled(folder: string): string | undefined {
  const program = join(folder, 'crowd');
  const { status } = spawnSync('cc', ['-O2', '-o', program, join(programs, 'crowd.c')]);
  return status === 0 ? program : undefined;
}
