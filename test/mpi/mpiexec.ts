/** Programs under the launchers of both MPIs. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, withoutLeaks } from '../cluster/leakCheck';
import { programOf } from '../cluster/withCluster';

export const families = ['mpich', 'openmpi'] as const;
export type Family = (typeof families)[number];

/** Open MPI starts neither as root nor more processes than there are processors unless it is told. */
const options: Record<Family, readonly string[]> = {
  mpich: [],
  openmpi: ['--allow-run-as-root', '--oversubscribe'],
};

/** Where a launcher runs: a command that it is given to, and more options for it. */
export interface Place {
  command: readonly string[];
  options: Record<Family, readonly string[]>;
}

const here: Place = { command: [], options: { mpich: [], openmpi: [] } };

/** What became of a run. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A run that is under way. */
export interface Launched {
  /** Resolves once standard output holds this text. */
  printed(text: string): Promise<void>;
  ended: Promise<Ended>;
}

/** Starts a command under a launcher. */
export function launch(
  family: Family,
  nodes: number,
  command: readonly string[],
  env: Record<string, string> = {},
  place = here,
): Launched {
  const [program = '', ...words] = [...place.command, `mpiexec.${family}`, ...options[family]];
  const child = spawn(program, [...words, ...place.options[family], '-n', String(nodes), ...command], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  const waiting: { text: string; resolve(): void }[] = [];
  const look = () => {
    for (const { text, resolve } of waiting) if (stdout.includes(text)) resolve();
  };
  child.stdout.on('data', (chunk: Buffer) => ((stdout += chunk.toString()), look()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject).once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return {
    ended,
    printed(text) {
      const there = new Promise<void>((resolve) => waiting.push({ text, resolve }));
      look();
      const gone = ended.then((end) => {
        throw new Error(`it ended before it printed "${text}":\n${end.stdout}\n${end.stderr}`);
      });
      return Promise.race([there, gone]);
    },
  };
}

/** The command of a node: the path of a program, or the body of one, which is written into `folder`. */
export function nodeOf(program: string, folder: string): string[] {
  const path = program.endsWith('.ts') ? program : join(folder, 'program.ts');
  if (path !== program) writeFileSync(path, programOf(program));
  return [process.execPath, join(root, 'dist', 'cli.js'), 'node', path];
}

/** Calls `body` with a folder for programs, and fails if a process, a socket or a directory of a run is left. */
export async function withoutMpiLeaks(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mpi-'));
  try {
    await withoutLeaks(() => body(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs a program to its end. */
export async function runUnder(
  family: Family,
  nodes: number,
  program: string,
  env?: Record<string, string>,
): Promise<Ended> {
  let ended: Ended | undefined;
  await withoutMpiLeaks(async (folder) => {
    ended = await launch(family, nodes, nodeOf(program, folder), env).ended;
  });
  return ended as Ended;
}
