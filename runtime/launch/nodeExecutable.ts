/** Finds the Node.js that runs the nodes. */
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { LockstepError } from '../protocol/errors';

const minimumMajor = 20;

export interface NodeExecutable {
  path: string;
  /** What has to be in its environment. */
  env: Record<string, string>;
}

/** This process's own executable as Node.js; under an editor's Electron it needs a switch. */
const self: NodeExecutable = {
  path: process.execPath,
  env: process.versions.electron ? { ELECTRON_RUN_AS_NODE: '1' } : {},
};

/**
 * The executable of the setting, else `node` on PATH if it is new enough, else the one that runs this process.
 * Throws LockstepError: nodeTooOld or noNode for a setting that does not serve.
 */
export async function findNode(setting: string | undefined): Promise<NodeExecutable> {
  if (setting) {
    const version = await versionOf(setting);
    if (version === undefined) {
      throw new LockstepError('noNode', { minimum: minimumMajor, tried: `${setting} does not run` });
    }
    if (major(version) < minimumMajor) {
      throw new LockstepError('nodeTooOld', { path: setting, version, minimum: minimumMajor });
    }
    return { path: setting, env: {} };
  }
  const onPath = await findOnPath();
  // This process runs on the very same file: no need to ask it for its version.
  if (onPath === process.execPath) return self;
  const version = onPath && (await versionOf(onPath));
  if (onPath && version && major(version) >= minimumMajor) return { path: onPath, env: {} };
  if (major(process.versions.node) >= minimumMajor) return self;
  throw new LockstepError('noNode', {
    minimum: minimumMajor,
    tried: onPath ? `${onPath} is ${version ?? 'not Node.js'}` : 'there is no node on PATH',
  });
}

const major = (version: string): number => Number(/^v?(\d+)/.exec(version)?.[1] ?? 0);

async function findOnPath(): Promise<string | undefined> {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (folder === '') continue;
    const path = join(folder, name);
    const usable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return path;
  }
  return undefined;
}

async function versionOf(path: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], {
      timeout: 5000,
      env: cleanEnvironment(),
    });
    return /^v\d+/.test(stdout) ? stdout.trim() : undefined;
  } catch {
    return undefined;
  }
}

/** The environment without what an editor or a debugger put there for its own processes. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const env = { ...process.env };
  for (const name of Object.keys(env)) {
    if (name === 'NODE_OPTIONS' || name.startsWith('VSCODE_') || name.startsWith('ELECTRON_'))
      delete env[name];
  }
  return env;
}
