/**
 * `bench p2p`: what a message between two nodes costs, beside what carries it. Bytes go there and back; half of a trip
 * is one way.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockstepRun, programs, runCommand } from './command';
import { type Command, findMpi4py } from './peers';
import { makeRow, type Row } from './row';
import { median } from './statistics';

const runs = 5;

interface Case {
  name: string;
  bytes: number;
  /** How often it goes there and back before the clock is read. */
  trips: number;
}

const cases: Case[] = [
  { name: '8 B', bytes: 8, trips: 1000 },
  { name: '1 MiB', bytes: 1 << 20, trips: 20 },
  { name: '16 MiB', bytes: 16 << 20, trips: 3 },
];

/** Two nodes on this machine beside plain sockets and Open MPI; all take turns. */
export async function benchP2p(): Promise<Row[]> {
  const mpi = findMpi4py();
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-bench-'));
  const words = cases.map(({ bytes, trips }) => `${bytes}:${trips}`);
  const ours = (program: string, ...args: string[]): Command => [
    ...lockstepRun(join(programs, program), '--nodes', '2', '--json'),
    '--',
    ...args,
    ...words,
  ];
  const theirs = (way: string): Command | undefined => {
    const command = mpi?.run(join(programs, 'p2p.py'), 2, 'asInstalled');
    return command && [...command, way, ...words];
  };
  const mpiName = mpi?.name ?? 'mpi4py';
  const peers: [name: string, command: Command | undefined][] = [
    ['plain Unix socket, Node.js', ours('plainSocket.ts', join(folder, 's'))],
    [`${mpiName}: Send (buffers)`, theirs('buffers')],
    [`${mpiName}: send (objects)`, theirs('objects')],
  ];
  const own: number[][] = [];
  const other = new Map<string, number[][]>(peers.map(([name]) => [name, []]));
  try {
    for (let run = 0; run < runs; run += 1) {
      own.push(await measure(ours('p2p.ts')));
      for (const [name, command] of peers) {
        if (command) other.get(name)?.push(await measure(command));
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return cases.flatMap(({ name, bytes }, index) =>
    peers.map(([peer]) => compare(name, bytes, index, own, peer, other.get(peer) ?? [])),
  );
}

/** A small message is measured by the time that it takes, a large one by the bytes a second. */
function compare(
  name: string,
  bytes: number,
  index: number,
  ours: number[][],
  peer: string,
  theirs: number[][],
): Row {
  const small = bytes < 1 << 10;
  const value = (results: number[][]) => {
    const microseconds = median(results.map((result) => result[index] as number));
    return small ? microseconds : bytes / microseconds / 1000;
  };
  return makeRow({
    bench: 'p2p',
    case: `${name}, one way`,
    unit: small ? 'µs' : 'GB/s',
    better: small ? 'lower' : 'higher',
    ours: value(ours),
    peer,
    theirs: theirs.length > 0 ? value(theirs) : null,
  });
}

/** Microseconds of one way, by case. */
async function measure(command: Command): Promise<number[]> {
  const { output } = await runCommand(command);
  const list = /oneWayMicroseconds\\?":\[([^\]]*)\]/.exec(output)?.[1];
  if (list === undefined) throw new Error(`The program did not print its times:\n${output}`);
  return list.split(',').map(Number);
}
