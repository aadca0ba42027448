/** Who sits between two machines of a lab: sees all that passes, and does something to the connections of data links. */
import { connect, createServer, type Socket } from 'node:net';
import { tokenBytes } from '../../runtime/transport/tlsLink';

/** How the connections begin that carry one data link each; a token follows. */
const magic = 'LKSOCK01';

/** What he does to bytes on their way, once on each connection; undefined: nothing more passes on it. */
export type Attack = (bytes: Buffer, sockets: { near: Socket; far: Socket }) => Buffer | undefined;

export interface ManInTheMiddle {
  readonly port: number;
  /** The port behind him. */
  readonly to: number;
  /** The tokens that the connections of data links have shown. */
  tokens(): readonly Buffer[];
  /** How many connections of data links he has seen, and the bytes on them. */
  seen(): { links: number; bytes: number };
  /** How often he has done what he does. */
  attacks(): number;
  /** True if these bytes have passed, on whichever connection. */
  hasRead(text: string): boolean;
  /** Nothing passes any more on the connections that there are, and nobody is told; new ones are let alone. */
  silence(): void;
  close(): void;
}

/** Starts one before a port, who does something after so many bytes of a data link. */
export function startManInTheMiddle(
  to: number,
  attack?: Attack,
  afterBytes = 1 << 18,
): Promise<ManInTheMiddle> {
  const sockets = new Set<Socket>();
  let links = 0;
  let bytes = 0;
  let attacks = 0;
  let generation = 0;
  /** The end of what has passed, for texts that are cut in two. */
  const read: Buffer[] = [];
  const tokens: Buffer[] = [];
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    const born = generation;
    let isLink: boolean | undefined;
    let isStopped = false;
    let passed = 0;
    let hasAttacked = false;
    const forward = (from: Socket, other: Socket) => {
      sockets.add(from);
      from.on('error', () => other.destroy());
      from.on('close', () => {
        sockets.delete(from);
        if (born === generation) other.destroy();
      });
      from.on('data', (data: Buffer) => {
        if (from === near && isLink === undefined) {
          isLink = data.subarray(0, magic.length).toString('latin1') === magic;
          if (isLink) {
            links += 1;
            tokens.push(Buffer.from(data.subarray(magic.length, magic.length + tokenBytes)));
          }
        }
        if (isStopped || born !== generation) return;
        let out: Buffer | undefined = data;
        if (isLink === true) {
          bytes += data.length;
          passed += data.length;
          if (read.length < 200) read.push(Buffer.from(data));
          if (attack && !hasAttacked && passed > afterBytes) {
            hasAttacked = true;
            attacks += 1;
            out = attack(Buffer.from(data), { near, far });
            isStopped = out === undefined;
          }
        }
        if (out !== undefined && !other.write(out)) {
          from.pause();
          other.once('drain', () => from.resume());
        }
      });
    };
    forward(near, far);
    forward(far, near);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({
        port: (server.address() as { port: number }).port,
        to,
        tokens: () => tokens,
        seen: () => ({ links, bytes }),
        attacks: () => attacks,
        hasRead: (text) => Buffer.concat(read).includes(text),
        silence: () => (generation += 1),
        close() {
          for (const socket of sockets) socket.destroy();
          server.close();
        },
      });
    });
  });
}
