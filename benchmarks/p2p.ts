/**
 * `bench p2p`: what a message between two nodes costs, beside what carries it. Bytes go there and back; half of a trip
 * is one way.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockstepRun, programs } from './command';
import { compare, measure, type P2pCase, wordsOf } from './p2pCases';
import { type Command, findMpi4py } from './peers';
import type { Row } from './row';

const runs = 5;

const cases: P2pCase[] = [
  { name: '8 B', bytes: 8, trips: 1000 },
  { name: '1 MiB', bytes: 1 << 20, trips: 20 },
  { name: '16 MiB', bytes: 16 << 20, trips: 3 },
];

/** Two nodes on this machine beside plain sockets and Open MPI; all take turns. */
export async function benchP2p(): Promise<Row[]> {
  const mpi = findMpi4py();
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-bench-'));
  const ours = (program: string, ...args: string[]): Command => [
    ...lockstepRun(join(programs, program), '--nodes', '2', '--json'),
    '--',
    ...args,
    ...wordsOf(cases),
  ];
  const theirs = (way: string): Command | undefined => {
    const command = mpi?.run(join(programs, 'p2p.py'), 2, 'asInstalled');
    return command && [...command, way, ...wordsOf(cases)];
  };
  const mpiName = mpi?.name ?? 'mpi4py';
  const peers: [name: string, command: Command | undefined][] = [
    ['plain Unix socket, Node.js', ours('plainSocket.ts', `unix:${join(folder, 's')}`)],
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
  return cases.flatMap((each, index) =>
    peers.map(([peer]) => compare(each, 'one way', index, own, peer, other.get(peer) ?? [])),
  );
}
