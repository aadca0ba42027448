/** Starts the coordinator's process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { cleanEnvironment } from './nodeExecutable';

/** The process; its standard input and output carry the control API. It ends when its input does. */
export function launchCoordinator(
  distribution: string,
  settings: object,
): ChildProcess & { stdin: NodeJS.WritableStream; stdout: NodeJS.ReadableStream } {
  const child = spawn(process.execPath, [join(distribution, 'coordinator.js')], {
    env: {
      ...cleanEnvironment(),
      ...(process.versions.electron ? { ELECTRON_RUN_AS_NODE: '1' } : {}),
      LOCKSTEP_COORDINATOR: JSON.stringify(settings),
    },
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: process.platform !== 'win32', // a Ctrl+C in the terminal is the client's to handle
    windowsHide: true,
  });
  return child;
}
