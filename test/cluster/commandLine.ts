/** The command line as a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './leakCheck';

export interface Finished {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface RunningCommand {
  child: ChildProcess;
  finished: Promise<Finished>;
  /** Resolves once its standard output contains a text. */
  printed(text: string): Promise<void>;
}

/** Starts `lockstep ARGS` in a folder. */
export function startLockstep(args: string[], cwd: string, env: NodeJS.ProcessEnv = {}): RunningCommand {
  const child = spawn(process.execPath, [join(root, 'dist', 'cli.js'), ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const waiting = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const look of waiting) look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const printed = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!stdout.includes(text)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
      void finished.then(() => reject(new Error(`it ended without "${text}":\n${stdout}${stderr}`)));
    });
  return { child, finished, printed };
}

/** Runs `lockstep ARGS` to its end. */
export const lockstep = (args: string[], cwd: string, env?: NodeJS.ProcessEnv): Promise<Finished> =>
  startLockstep(args, cwd, env).finished;
