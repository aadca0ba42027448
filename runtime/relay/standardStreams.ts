import { fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/**
 * Standard input and output as one stream, which closes once either has ended. Unlike `process.stdout` it never blocks
 * the process: whoever reads at the other end of an SSH channel may be slow.
 */
export function standardStreams(): Duplex {
  const [input, output] = [fstatSync(0), fstatSync(1)];
  // OpenSSH hands out one socket as both.
  if (input.isSocket() && input.ino === output.ino)
    return new Socket({ fd: 0, readable: true, writable: true });
  const stream = Duplex.from({
    readable: new Socket({ fd: 0, readable: true, writable: false }),
    writable: new Socket({ fd: 1, readable: false, writable: true }),
  });
  // A pipe to nobody is noticed by writing alone, and there may be nothing to write.
  return stream.once('end', () => stream.destroy());
}
