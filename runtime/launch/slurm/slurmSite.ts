/** Where Slurm's commands run: on this machine, or on a login machine. */
import { spawn } from 'node:child_process';
import type { Disposable } from '../../core/disposable';
import { LockstepError } from '../../protocol/errors';
import { type RemoteProcess, remoteProcessOf } from '../remote';
import { commandError, slurmCommand, slurmEnvironment } from './slurmCommand';

/** A command of Slurm's that runs. */
export interface SlurmProcess extends RemoteProcess {
  /** Its id on the machine where it runs. */
  readonly pid: number;
  signal(name: 'TERM' | 'KILL'): void;
}

export interface SlurmSite extends Disposable {
  /** What to say where the way to it is lost: its commands end without a code then. */
  lost(): LockstepError;
  /** Starts a command; resolves once it runs. Throws LockstepError: slurmNotFound, ssh…. */
  start(command: string, args: string[]): Promise<SlurmProcess>;
  /** Runs a command to its end; answers what it printed. Rejects with its own words where it fails. */
  run(command: string, args: string[]): Promise<string>;
}

/** This machine, which is one of Slurm's own. */
export const localSite: SlurmSite = {
  async start(command, args) {
    // In a session of its own: a Ctrl+C is the coordinator's to handle, and its group's end does not end this.
    const child = spawn(command, args, { env: slurmEnvironment(), stdio: 'pipe', detached: true });
    const process = remoteProcessOf(child, (code, signal) => ({ code, signal }));
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve).once('error', (error) => reject(commandError(command, error, '')));
    });
    return { ...process, pid: child.pid ?? 0, signal: (name) => void child.kill(`SIG${name}`) };
  },
  run: slurmCommand,
  lost: () => new LockstepError('slurmUnreachable', { reason: 'its command ended without a word' }),
  dispose: () => undefined,
};
