/** Runs Slurm's commands, which talk to its controller for us. */
import { execFile } from 'node:child_process';
import { LockstepError } from '../../protocol/errors';
import { cleanEnvironment } from '../nodeExecutable';

/** A controller that does not answer is not waited for; Slurm's commands themselves try for about ten seconds. */
export const limitMs = 30_000;

/**
 * The environment of Slurm's commands: the user's, without what an outer allocation or the user's own habits of
 * formatting put there, which would change what the commands do and say.
 */
export function slurmEnvironment(): NodeJS.ProcessEnv {
  const env = cleanEnvironment();
  for (const name of Object.keys(env)) {
    if (name === 'SLURM_CONF' || name === 'SLURM_CLUSTERS') continue;
    if (/^(?:SLURM|SQUEUE|SINFO|SCANCEL|SRUN)_/.test(name)) delete env[name];
  }
  return { ...env, LC_ALL: 'C', SLURM_TIME_FORMAT: 'standard' };
}

/** Runs a command to its end; answers what it printed. Rejects with its own words where it fails. */
export function slurmCommand(name: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(name, args, { env: slurmEnvironment(), timeout: limitMs }, (error, stdout, stderr) => {
      if (!error) resolve(stdout);
      else reject(commandError(name, error, stderr));
    });
  });
}

/** A command of Slurm's that could not be started, or failed. */
export function commandError(name: string, error: Error & { code?: unknown }, stderr: string): LockstepError {
  if (error.code === 'ENOENT') return new LockstepError('slurmNotFound', { command: name });
  return (
    controllerError(stderr) ??
    new LockstepError('slurmRefused', { reason: slurmWords(stderr) || error.message })
  );
}

/** The error where Slurm's words say that its controller cannot be reached. */
export function controllerError(stderr: string): LockstepError | undefined {
  const lost =
    /unable to contact slurm controller|unable to process configuration|could not establish a configuration source|munge encode failed|authentication (?:error|plugin)|socket timed out/i;
  return lost.test(stderr)
    ? new LockstepError('slurmUnreachable', { reason: slurmWords(stderr) })
    : undefined;
}

/** What Slurm says went wrong, as one line; without its commands' names, and without a full stop. */
export function slurmWords(stderr: string): string {
  const lines = stderr.split('\n').filter(Boolean);
  const said = lines.flatMap((line) => /^\w+: (?:error|fatal): (.*)/.exec(line)?.slice(1) ?? []);
  // An option that there is not is told without the word.
  const [first = ''] = lines;
  const words = (said.length > 0 ? said : [first.replace(/^\w+: /, '')]).map((line) =>
    line.trim().replace(/\.$/, ''),
  );
  return [...new Set(words)].join('; ');
}
