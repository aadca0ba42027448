/**
 * Gives a host what a node needs: finds Node.js there, uploads the runtime and programs once per content, and removes
 * old versions. Start reading at `probe.ts`. Imports launch/ssh, core/ and protocol/.
 */
import type { RemoteHost } from '../launch/ssh/remoteHost';
import { LockstepError } from '../protocol/errors';
import type { Bundle } from '../protocol/job';

/** What a host is and has, at the time of its provisioning. */
export interface HostFacts {
  /** As `process.platform` and `process.arch` of Node.js there. */
  platform: string;
  arch: string;
  /** Without the `v`. */
  nodeVersion: string;
  cores: number;
  memoryMiB: number;
  /** Load average of the last minute; 0 where the system has none. */
  load: number;
  freeDiskMiB: number;
  home: string;
  roundTripMs: number;
}

/** Where things are on a host. */
export interface Provisioned {
  /** Absolute path of Node.js 20 or newer. */
  node: string;
  /** Absolute path of the directory with the runtime's bundles. */
  directory: string;
  uploadedBytes: number;
  facts: HostFacts;
  /** Path there of a file that was named here: of the runtime, or a bundle or its source map. */
  pathOf(localFile: string): string;
}

export interface ProvisionFiles {
  /** Absolute path of the directory here with `node.js`, `agent.js` and `relay.js`. */
  runtime: string;
  bundles: Bundle[];
}

export interface ProvisionOptions {
  /** Absolute path of Node.js on the host; absent: the first that serves, of PATH and the usual places. */
  node?: string;
  /** Absolute path here of a `.tar.gz` of Node.js for a host that has none. */
  nodeArchive?: string;
}

/** How far a host's upload is. */
export interface ProvisionProgress {
  sentBytes: number;
  totalBytes: number;
}

/**
 * Finds out about a host and uploads what it lacks; what is there already is not sent again. Throws LockstepError:
 * remote…, each a sentence with the host's name.
 */
export function provision(
  host: RemoteHost,
  files: ProvisionFiles,
  options: ProvisionOptions,
  onProgress: (progress: ProvisionProgress) => void,
): Promise<Provisioned> {
  return Promise.reject(
    new LockstepError('remoteUploadFailed', { host: host.name, reason: 'not connected' }),
  );
}
