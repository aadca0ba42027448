import type { Duplex } from 'node:stream';
import type { NativeSockets } from './nativeSockets';

/** As much of a stream over a socket as Node.js does not show. */
interface OverSocket {
  _handle?: { fd?: number } | null;
}

/** The descriptor of a stream's socket, which stays the stream's. Throws an Error where there is none. */
export function descriptorOf(stream: Duplex): number {
  const file = (stream as OverSocket)._handle?.fd;
  if (file === undefined || file < 0) throw new Error('the stream of a link has no socket');
  return file;
}

/**
 * Takes the socket away from a stream, which is over then: its descriptor, and what has come on it that nobody has read.
 * All that was written to the stream is on its way already. Throws an Error where the stream is not one over a socket.
 */
export function takeSocket(native: NativeSockets, stream: Duplex): { file: number; first: Buffer } {
  const file = descriptorOf(stream);
  if (stream.writableLength > 0) throw new Error('the stream of a link has not written all');
  const first = (stream.read() as Buffer | null) ?? Buffer.alloc(0);
  const copy = native.duplicate(file);
  stream.destroy(); // closes its own descriptor alone
  return { file: copy, first };
}
