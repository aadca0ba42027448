/**
 * Machines reached over SSH. `connectHost` opens one connection a host, by the library ssh2 or by the system's `ssh`;
 * commands and uploads go through it. Start reading at `remoteHost.ts`. Imports core/ and protocol/ alone.
 */
import { LockstepError } from '../../protocol/errors';
import type { Prompter, RemoteHost, SshTarget } from './remoteHost';

export type {
  HostKeyQuestion,
  Prompter,
  RemoteEnd,
  RemoteHost,
  RemoteProcess,
  SecretQuestion,
  SshTarget,
  UploadFile,
} from './remoteHost';
export { shellQuote } from './shellQuote';

/**
 * Connects to a machine and authenticates, its host key checked before. Throws LockstepError: ssh…, each a sentence
 * with the host's name. Aborting the signal ends the attempt.
 */
export function connectHost(
  target: SshTarget,
  prompter: Prompter,
  signal?: AbortSignal,
): Promise<RemoteHost> {
  return Promise.reject(new LockstepError('sshCancelled', { host: target.host }));
}
