/** A TCP relay before a server, whose link can be cut, or go silent as a cable that is pulled. */
import { connect, createServer, type Socket } from 'node:net';

/** A relay on a port of 127.0.0.1. */
export interface Proxy {
  readonly port: number;
  /** Bytes that have passed, both ways. */
  passed(): number;
  /** From now on nothing passes, and nobody is told. */
  silence(): void;
  /** Closes every connection at once. */
  cut(): void;
  close(): void;
}

/**
 * Starts a relay to a port. Once a client has sent `afterBytes` on one connection, no more of it passes, and something
 * happens: the link is cut, if nothing else is given.
 */
export function startProxy(
  to: number,
  afterBytes = Number.POSITIVE_INFINITY,
  onSent?: () => void,
): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let silent = false;
  let passed = 0;
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    let sent = 0;
    let full = false;
    for (const [from, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => other.destroy());
      from.on('close', () => {
        sockets.delete(from);
        if (!silent) other.destroy();
      });
      from.on('data', (data) => {
        if (silent || (full && from === near)) return;
        passed += data.length;
        if (from === near && (sent += data.length) > afterBytes) {
          full = true;
          return (onSent ?? cut)();
        }
        if (!other.write(data)) {
          from.pause();
          other.once('drain', () => from.resume());
        }
      });
    }
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      resolve({
        port,
        passed: () => passed,
        silence: () => (silent = true),
        cut,
        close() {
          cut();
          server.close();
        },
      });
    });
  });
}
