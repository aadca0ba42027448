/**
 * Machines reached over SSH. `connectHost` opens one connection a host, by the library ssh2 or by the system's `ssh`;
 * commands and uploads go through it. Start reading at `remoteHost.ts`. Imports core/ and protocol/ alone.
 */
import type { RemoteHost } from '../remote';
import { picksSystem } from './backend';
import type { Prompter, SshTarget } from './sshTarget';
import { connectSsh2 } from './ssh2Connection';
import { Ssh2Host } from './ssh2Host';
import { readSshConfiguration } from './sshConfiguration';
import { checkTarget } from './sshNames';
import { connectSystem } from './systemHost';

export type { Prompter, SshTarget } from './sshTarget';

/**
 * Connects to a machine and authenticates, its host key checked before. Throws LockstepError: ssh…, each a sentence
 * with the host's name. Aborting the signal ends the attempt.
 */
export async function connectHost(
  target: SshTarget,
  prompter: Prompter,
  signal?: AbortSignal,
): Promise<RemoteHost> {
  checkTarget(target);
  const configuration = await readSshConfiguration(target);
  if (await picksSystem(target, configuration)) return connectSystem(target, configuration, prompter, signal);
  return new Ssh2Host(target, await connectSsh2(target, configuration, prompter, signal));
}

/** The machine's own name or address, as the SSH configuration has it; what is an alias here means nothing elsewhere. */
export async function addressOf(target: SshTarget): Promise<string> {
  return (await readSshConfiguration(target)).hostName;
}
