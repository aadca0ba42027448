/** Runs commands to their end, and measures them. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from './peers';

/** Folder of the programs that the benchmarks run. */
export const programs = join(__dirname, '..', 'benchmarks', 'programs');

/** The command `lockstep run` with these arguments, by the Node.js that runs this process. */
export function lockstepRun(...args: string[]): Command {
  return [process.execPath, join(__dirname, 'cli.js'), 'run', ...args];
}

export interface Ended {
  /** From spawning to the end. */
  timeMs: number;
  /** What it printed, on both streams. */
  output: string;
}

interface RunOptions {
  /** Added to this process's environment. */
  env?: Record<string, string>;
  cwd?: string;
  onStarted?: (pid: number) => void;
}

/** Runs a command; rejects with what it printed when it fails. */
export function runCommand(
  [file, ...args]: Command,
  { env, cwd, onStarted }: RunOptions = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const startMs = performance.now();
    const child = spawn(file, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      cwd,
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    if (child.pid !== undefined) onStarted?.(child.pid);
    child.on('close', (code, signal) => {
      if (code === 0) resolve({ timeMs: performance.now() - startMs, output });
      else reject(new Error(`${[file, ...args].join(' ')} ended with ${code ?? signal}:\n${output}`));
    });
  });
}
