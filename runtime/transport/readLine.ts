import type { Readable } from 'node:stream';

/** A line this long is not one of ours. */
const maximumBytes = 1 << 20;

/** The next line of a stream that is not flowing, without its newline; what follows stays in the stream. */
export function readLine(stream: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    const bytes: number[] = [];
    const finish = (error?: Error) => {
      stream.off('readable', onReadable).off('end', onEnd).off('close', onEnd).off('error', finish);
      if (error) reject(error);
      else resolve(Buffer.from(bytes).toString('utf8'));
    };
    const onEnd = () => finish(new Error('the other side has gone'));
    const onReadable = () => {
      for (let byte = stream.read(1) as Buffer | null; byte; byte = stream.read(1) as Buffer | null) {
        if (byte[0] === 10) return finish();
        bytes.push(byte[0] as number);
        if (bytes.length > maximumBytes) return finish(new Error('a line without an end'));
      }
    };
    stream.on('readable', onReadable).on('end', onEnd).on('close', onEnd).on('error', finish);
    onReadable();
  });
}
