import type { Writable } from 'node:stream';

/**
 * From now on what is written to a stream in one turn goes out together. The library hands over each packet in three pieces:
 * on their own, each would be a call of the system, a segment, and a time that the server wakes up for nothing.
 */
export function joinWrites(stream: Writable): void {
  const write = stream.write.bind(stream);
  stream.write = (chunk: unknown, ...rest: unknown[]): boolean => {
    if (stream.writableCorked === 0) {
      stream.cork();
      process.nextTick(() => stream.uncork());
    }
    const [encoding, done] = rest as [BufferEncoding, ((error?: Error | null) => void)?];
    return write(chunk, encoding, done);
  };
}
