/** A machine that hangs: its kernel still takes connections, or not even that, and no program ever answers. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A port of 127.0.0.1 behind which nothing happens. */
export interface DeafServer {
  readonly port: number;
  close(): void;
}

/** So many connections wait to be accepted; with one more the queue is full, and the kernel drops what knocks. */
const backlog = 1;

/** It stops itself once it listens. */
const program = `
  require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: ${backlog} }, function () {
    require('node:fs').writeSync(1, String(this.address().port));
    process.kill(process.pid, 'SIGSTOP');
  });`;

/** Starts one that connections can be opened to (`silent`), or one from which nothing at all comes back (`gone`). */
export async function startDeafServer(kind: 'silent' | 'gone'): Promise<DeafServer> {
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [text] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(text.toString());
  const waiting: Socket[] = [];
  for (let count = 0; kind === 'gone' && count <= backlog; count += 1) {
    const socket = connect(port, '127.0.0.1');
    waiting.push(socket);
    await once(socket, 'connect');
  }
  return {
    port,
    close() {
      for (const socket of waiting) socket.on('error', () => undefined).destroy();
      child.kill('SIGKILL');
    },
  };
}
