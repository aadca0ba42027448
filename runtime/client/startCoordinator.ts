import { version } from '../../package.json';
import { reapRunDirectories } from '../core/runDirectory';
import { launchCoordinator } from '../launch/coordinatorProcess';
import { LockstepError } from '../protocol/errors';
import { overStreams } from '../transport/rpc';
import { Client } from './client';

export interface CoordinatorOptions {
  /** Folder whose `lockstep.json` names the clusters. */
  workspace: string;
  /** Node.js executable from the settings; absent: `node` on PATH, then the one that runs this process. */
  node?: string;
  /** Folder of the runtime's bundles (`coordinator.js`, `node.js`, `agent.js`). */
  distribution: string;
}

/** Starts a coordinator process that lives as long as the returned client. */
export function startCoordinator(options: CoordinatorOptions): Promise<Client> {
  const child = launchCoordinator(options.distribution, { ...options, version });
  // One that was killed leaves its run directory, and may have had no nodes to remove it.
  child.once('exit', reapRunDirectories);
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      reject(new LockstepError('coordinatorLost', { reason: error.message }, { cause: error }));
    });
    child.once('spawn', () => {
      child.stdin.on('error', () => undefined); // the end of its output tells
      const holds = [child, child.stdin, child.stdout] as unknown as { unref(): void }[];
      const unhold = () => holds.forEach((hold) => hold.unref());
      resolve(new Client(overStreams(child.stdout, child.stdin), () => child.stdin.end(), unhold));
    });
  });
}
