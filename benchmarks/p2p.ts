/**
 * `bench p2p`: what a message between two nodes costs, beside what carries it. Values go there and back; half of a trip
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
const trips = 1000;

/** What a transport carries, and beside what. */
interface Section {
  transport: 'shm' | 'socket';
  cases: P2pCase[];
  peers: { name: string; command: Command | undefined }[];
}

const buffers: P2pCase[] = [
  { name: '8 B', call: 'recv', kind: 'bytes', bytes: 8, trips },
  { name: '8 B', call: 'recvInto', kind: 'bytes', bytes: 8, trips },
  { name: '1 double', call: 'recvInto', kind: 'doubles', bytes: 8, trips },
];
const objects: P2pCase[] = [
  { name: 'a number', call: 'recv', kind: 'number', bytes: 8, trips },
  { name: 'a short string', call: 'recv', kind: 'string', bytes: 14, trips },
  { name: 'an array of 1 double', call: 'recv', kind: 'doubles', bytes: 8, trips },
  { name: '{ a, b }', call: 'recv', kind: 'object', bytes: 16, trips },
];
const large = (['recv', 'recvInto'] as const).flatMap((call): P2pCase[] => [
  { name: '1 MiB', call, kind: 'doubles', bytes: 1 << 20, trips: 20 },
  { name: '16 MiB', call, kind: 'doubles', bytes: 16 << 20, trips: 2 },
]);
const streamed: P2pCase[] = [
  { name: '8 B', call: 'recv', kind: 'bytes', bytes: 8, trips },
  { name: '1 MiB', call: 'recv', kind: 'bytes', bytes: 1 << 20, trips: 20 },
  { name: '16 MiB', call: 'recv', kind: 'bytes', bytes: 16 << 20, trips: 2 },
];

/** Two nodes on this machine, through shared memory beside Open MPI, through sockets beside plain ones; all take turns. */
export async function benchP2p(): Promise<Row[]> {
  const mpi = findMpi4py();
  const mpiName = mpi?.name ?? 'mpi4py';
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-bench-'));
  const theirs = (way: string, cases: P2pCase[]): Command | undefined => {
    const command = mpi?.run(join(programs, 'p2p.py'), 2, 'asInstalled');
    return command && [...command, way, ...wordsOf(cases)];
  };
  const asBuffers = (cases: P2pCase[]) => ({
    name: `${mpiName}: Send (buffers)`,
    command: theirs('buffers', cases),
  });
  const asObjects = (cases: P2pCase[]) => ({
    name: `${mpiName}: send (objects)`,
    command: theirs('objects', cases),
  });
  const plain = {
    name: 'plain Unix socket, Node.js',
    command: ours('plainSocket.ts', 'shm', streamed, `unix:${join(folder, 's')}`),
  };
  const sections: Section[] = [
    { transport: 'shm', cases: buffers, peers: [asBuffers(buffers)] },
    { transport: 'shm', cases: objects, peers: [asObjects(objects)] },
    { transport: 'shm', cases: large, peers: [asBuffers(large), asObjects(large)] },
    { transport: 'socket', cases: streamed, peers: [plain] },
  ];
  const rows: Row[] = [];
  try {
    for (const section of sections) rows.push(...(await benchSection(section)));
  } finally {
    rmSync(folder, { recursive: true });
  }
  return rows;
}

async function benchSection({ transport, cases, peers }: Section): Promise<Row[]> {
  const own: number[][] = [];
  const other = peers.map((): number[][] => []);
  for (let run = 0; run < runs; run += 1) {
    own.push(await measure(ours('p2p.ts', transport, cases)));
    for (const [i, { command }] of peers.entries()) if (command) other[i]?.push(await measure(command));
  }
  return cases.flatMap((each, index) =>
    peers.map(({ name }, i) =>
      compare(each, `${each.call}, ${transport}`, index, own, name, other[i] as number[][]),
    ),
  );
}

function ours(program: string, transport: string, cases: P2pCase[], ...args: string[]): Command {
  const options = ['--nodes', '2', '--transport', transport, '--json'];
  return [...lockstepRun(join(programs, program), ...options), '--', ...args, ...wordsOf(cases)];
}
