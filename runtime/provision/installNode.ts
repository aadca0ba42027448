/** How a host comes to a Node.js: the command that a person can run, or an archive that is uploaded. */
import { type RemoteHost, shellQuote } from '../launch/remote';
import { LockstepError } from '../protocol/errors';
import { extractNode, hashFile } from './nodeArchive';
import { completeMark } from './package';
import type { Probe } from './probe';

/** The oldest major version that serves. */
const minimumMajor = 20;
/** A release with long-term support, for whoever has none. */
const offered = 'v22.21.1';

/** Names of nodejs.org's archives for what `uname` says. */
const systems: Record<string, string> = { Linux: 'linux', Darwin: 'darwin' };
const machines: Record<string, string> = {
  x86_64: 'x64',
  amd64: 'x64',
  aarch64: 'arm64',
  arm64: 'arm64',
  ppc64le: 'ppc64le',
  s390x: 's390x',
};

/** `linux-x64` and the like, as nodejs.org names what it offers; undefined where it offers nothing. */
function platformOf(system: string): string | undefined {
  const [kernel = '', machine = '', library] = system.split(' ');
  const name = systems[kernel];
  const arch = machines[machine];
  return name && arch && library === undefined ? `${name}-${arch}` : undefined;
}

/** The exact command that installs Node.js for the user on the host, to be run here. */
export function installCommand(runner: string, system: string): string {
  const platform = platformOf(system);
  const onHost = (line: string) => `${runner} ${shellQuote(line)}`;
  if (system.endsWith(' musl')) return onHost('sudo apk add nodejs');
  if (platform === undefined) return onHost('sudo pkg install node || sudo pkg_add node');
  const url = `https://nodejs.org/dist/${offered}/node-${offered}-${platform}.tar.gz`;
  return onHost(
    `mkdir -p ~/.local && { curl -fsSL ${url} || wget -qO- ${url}; } | tar -xz -C ~/.local --strip-components=1`,
  );
}

/** What to tell the user of a host without a Node.js that serves. */
export function noNodeError(host: RemoteHost, probe: Probe, setting: string | undefined): LockstepError {
  const common = { host: host.name, minimum: minimumMajor, fix: installCommand(host.runner, probe.system) };
  if (probe.old) return new LockstepError('remoteNodeTooOld', { ...common, ...probe.old });
  const tried =
    setting === undefined ? 'neither on PATH nor in the usual places' : `${setting} does not run there`;
  return new LockstepError('remoteNoNode', { ...common, tried });
}

/** Name of the cache's directory for an archive's Node.js. */
export async function nodeDirectoryOf(host: string, archive: string): Promise<string> {
  try {
    return `node-${(await hashFile(archive)).slice(0, 32)}`;
  } catch (error) {
    throw badArchive(host, archive, '', `it cannot be read (${(error as Error).message})`);
  }
}

/** Uploads the Node.js of an archive into a directory of the cache; answers its size. */
export async function uploadNode(
  host: RemoteHost,
  archive: string,
  directory: string,
  system: string,
  onProgress: (progress: { sentBytes: number; totalBytes: number }) => void,
): Promise<number> {
  const content = await extractNode(archive).catch((error: Error) => {
    throw badArchive(host.name, archive, system, error.message);
  });
  const files = [
    { path: 'node', content, executable: true },
    { path: completeMark, content: Buffer.alloc(0) },
  ];
  let sentBytes = 0;
  await host.upload(directory, files, (bytes) => {
    sentBytes += bytes;
    onProgress({ sentBytes, totalBytes: content.length });
  });
  return content.length;
}

/** An archive that does not serve. */
export function badArchive(host: string, path: string, system: string, problem: string): LockstepError {
  return new LockstepError('badNodeArchive', {
    host,
    path,
    problem,
    platform: platformOf(system) ?? "the host's system",
  });
}
