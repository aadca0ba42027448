import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A port of 127.0.0.1 that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** A server in a process group of its own, so that it ends together with what it started. */
export class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly address: string,
  ) {}

  /** Process id; also the id of its group. */
  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Starts the server and waits until it answers; its output goes to `logFile`. */
  static async start(
    command: string,
    args: string[],
    options: { port: number; env: NodeJS.ProcessEnv; logFile: string },
  ): Promise<ServerProcess> {
    const child = spawn(command, args, {
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const log = createWriteStream(options.logFile);
    child.stdout.pipe(log);
    child.stderr.pipe(log);
    const server = new ServerProcess(child, `http://127.0.0.1:${options.port}`);
    for (let attempt = 0; attempt < 300; attempt += 1) {
      if (child.exitCode !== null) break;
      if (await answers(server.address)) return server;
      await delay(100);
    }
    await server.stop();
    throw new Error(`The editor's server did not start; its output is in ${options.logFile}.`);
  }

  /** Ends the group: asked first, then killed after 5 s. */
  async stop(): Promise<void> {
    signalGroup(this.pid, 'SIGTERM');
    for (let attempt = 0; attempt < 50 && signalGroup(this.pid, 0); attempt += 1) await delay(100);
    signalGroup(this.pid, 'SIGKILL');
  }
}

async function answers(address: string): Promise<boolean> {
  try {
    return (await fetch(address, { redirect: 'manual' })).status < 500;
  } catch {
    return false;
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}
