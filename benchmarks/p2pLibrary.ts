/**
 * `bench p2p --library mpich|openmpi`: what a message between two nodes costs through an MPI library, beside the same
 * library without us: mpi4py where it is built on it (Debian's is on Open MPI), else C, compiled here if there is `mpicc`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LockstepError } from '../runtime/protocol/errors';
import { programs } from './command';
import { compare, measure, type P2pCase, wordsOf } from './p2pCases';
import { type Command, findMpi4py } from './peers';
import type { Row } from './row';

const runs = 5;
const cases: P2pCase[] = [
  { name: '8 B', call: 'recvInto', kind: 'bytes', bytes: 8, trips: 1000 },
  { name: '1 MiB', call: 'recvInto', kind: 'doubles', bytes: 1 << 20, trips: 20 },
  { name: '16 MiB', call: 'recvInto', kind: 'doubles', bytes: 16 << 20, trips: 2 },
];

const asRoot = process.getuid?.() === 0 ? ['--allow-run-as-root'] : [];
const launchers: Record<string, Command> = {
  mpich: ['mpiexec.mpich', '-n', '2'],
  openmpi: ['mpiexec.openmpi', ...asRoot, '--oversubscribe', '-n', '2'],
};

/** Two nodes on this machine under the launcher of a library. */
export async function benchP2pLibrary(library: string): Promise<Row[]> {
  const launcher = launchers[library];
  if (!launcher) {
    throw new LockstepError('badArgument', {
      name: '--library',
      value: library,
      expected: 'the name of an MPI library',
      next: `Take one of: ${Object.keys(launchers).join(', ')}.`,
    });
  }
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-bench-'));
  try {
    const peers = [mpi4py(library), inC(library, launcher, folder)].filter((each) => each !== undefined);
    const own: number[][] = [];
    const theirs = peers.map((): number[][] => []);
    const node = [process.execPath, join(__dirname, 'cli.js'), 'node', join(programs, 'p2p.ts')];
    for (let run = 0; run < runs; run += 1) {
      own.push(await measure([...launcher, ...node, '--', ...wordsOf(cases)]));
      for (const [i, { command }] of peers.entries()) theirs[i]?.push(await measure(command));
    }
    const named = peers.length > 0 ? peers : [{ name: `C on ${library} (no mpicc.${library})` }];
    return cases.flatMap((each, index) =>
      named.map(({ name }, i) =>
        compare(each, `${each.call}, ${library}`, index, own, name, theirs[i] ?? []),
      ),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Peer {
  name: string;
  command: Command;
}

function mpi4py(library: string): Peer | undefined {
  const found = library === 'openmpi' ? findMpi4py() : undefined;
  if (!found) return undefined;
  const command = found.run(join(programs, 'p2p.py'), 2, 'asInstalled');
  return { name: `${found.name}: Send (buffers)`, command: [...command, 'buffers', ...wordsOf(cases)] };
}

function inC(library: string, launcher: Command, folder: string): Peer | undefined {
  const program = join(folder, 'p2p');
  const compiled = spawnSync(`mpicc.${library}`, ['-O2', '-o', program, join(programs, 'p2p.c')]);
  if (compiled.status !== 0) return undefined;
  return { name: `C on ${library}: MPI_Send`, command: [...launcher, program, ...wordsOf(cases)] };
}
