/** Starts the coordinator's process. */
import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { DetachedReady } from '../protocol/control';
import { readLine } from '../transport/readLine';
import { cleanEnvironment } from './nodeExecutable';

/** The process; its standard input and output carry the control API. It ends when its input does. */
export function launchCoordinator(
  distribution: string,
  settings: object,
): ChildProcess & { stdin: NodeJS.WritableStream; stdout: NodeJS.ReadableStream } {
  const child = start(distribution, settings, process.cwd(), ['pipe', 'pipe', 'inherit']);
  return child as ChildProcess & { stdin: NodeJS.WritableStream; stdout: NodeJS.ReadableStream };
}

/** Starts a coordinator that outlives this process; rejects where it ends before it is there. */
export async function launchDetachedCoordinator(
  distribution: string,
  settings: object,
): Promise<DetachedReady> {
  const child = start(distribution, settings, homedir(), ['ignore', 'pipe', 'ignore']);
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  const line = readLine(child.stdout as NonNullable<typeof child.stdout>);
  const ready = JSON.parse(await Promise.race([line, failed])) as DetachedReady;
  child.stdout?.destroy();
  child.unref();
  return ready;
}

function start(distribution: string, settings: object, cwd: string, stdio: StdioOptions): ChildProcess {
  // Node.js reads every certificate of it at its start. The coordinator needs none; its nodes get the name back.
  const { NODE_EXTRA_CA_CERTS: authorities, ...env } = cleanEnvironment();
  return spawn(process.execPath, [join(distribution, 'coordinator.js')], {
    cwd,
    env: {
      ...env,
      ...(process.versions.electron ? { ELECTRON_RUN_AS_NODE: '1' } : {}),
      LOCKSTEP_COORDINATOR: JSON.stringify({ ...settings, authorities }),
    },
    stdio,
    detached: process.platform !== 'win32', // a Ctrl+C in the terminal is the client's to handle
    windowsHide: true,
  });
}
