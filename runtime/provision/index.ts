/**
 * Gives a host what a node needs: finds Node.js there, uploads the runtime and programs once per content, and removes
 * old versions. Start reading at `probe.ts`. Imports launch/remote, core/ and protocol/.
 */
import { resolve } from 'node:path';
import { fileError, type RemoteHost } from '../launch/remote';
import type { MachineFacts } from '../protocol/host';
import type { Bundle } from '../protocol/job';
import { badArchive, nodeDirectoryOf, noNodeError, uploadNode } from './installNode';
import { type Package, packageBytes, programPackage, runtimePackage, uploadOf } from './package';
import { type Probe, probeHost } from './probe';

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

/** What of it does not change from one minute to the next. */
export const factsOf = ({ platform, arch, nodeVersion, cores, memoryMiB }: HostFacts): MachineFacts => ({
  platform,
  arch,
  nodeVersion,
  cores,
  memoryMiB,
});

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
 * remote…, badNodeArchive, ssh…, each a sentence with the host's name.
 */
export async function provision(
  host: RemoteHost,
  files: ProvisionFiles,
  options: ProvisionOptions,
  onProgress: (progress: ProvisionProgress) => void,
): Promise<Provisioned> {
  const packages = await Promise.all([runtimePackage(files.runtime), ...files.bundles.map(programPackage)]);
  const { archive, probe, nodeBytes } = await findNode(host, packages, options, onProgress);
  const { node, facts } = probe;
  if (node === undefined || facts === undefined) {
    if (archive === undefined) throw noNodeError(host, probe, options.node);
    throw badArchive(host.name, archive, probe.system, 'its Node.js does not run there');
  }
  const missing = packages.filter(({ name }) => !probe.has.has(name));
  const totalBytes = missing.reduce((sum, each) => sum + packageBytes(each), 0);
  let sentBytes = 0;
  for (const each of missing) {
    await host.upload(`${probe.cache}/${each.name}`, uploadOf(each), (bytes) => {
      sentBytes += bytes;
      onProgress({ sentBytes, totalBytes });
    });
  }
  const places = new Map(
    packages.flatMap(({ name, files: contents }) =>
      contents.map(({ path, local }): [string, string] => [resolve(local), `${probe.cache}/${name}/${path}`]),
    ),
  );
  return {
    node,
    directory: `${probe.cache}/${packages[0].name}`,
    uploadedBytes: nodeBytes + sentBytes,
    facts: { ...facts, home: probe.home, roundTripMs: probe.roundTripMs },
    pathOf(localFile) {
      const place = places.get(resolve(localFile));
      if (place === undefined) throw new TypeError(`${localFile} was not uploaded to ${host.name}.`);
      return place;
    },
  };
}

/** Probes the host; where it has no Node.js and there is an archive of one, uploads that and probes again. */
async function findNode(
  host: RemoteHost,
  packages: Package[],
  { node, nodeArchive }: ProvisionOptions,
  onProgress: (progress: ProvisionProgress) => void,
): Promise<{ probe: Probe; nodeBytes: number; archive?: string }> {
  const archive = node === undefined ? nodeArchive : undefined;
  const nodeDirectory = archive === undefined ? undefined : await nodeDirectoryOf(host.name, archive);
  const probe = await probeHost(host, { packages, node, nodeDirectory });
  if (probe.problem !== undefined) {
    const bytes = packages.reduce((sum, each) => sum + packageBytes(each), 0);
    throw fileError(host.name, probe.cache, Math.ceil(bytes / 2 ** 20), probe.problem);
  }
  if (probe.node !== undefined || archive === undefined || nodeDirectory === undefined)
    return { probe, nodeBytes: 0 };
  const directory = `${probe.cache}/${nodeDirectory}`;
  const nodeBytes = await uploadNode(host, archive, directory, probe.system, onProgress);
  return { probe: await probeHost(host, { packages, nodeDirectory }), nodeBytes, archive };
}
