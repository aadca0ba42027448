/** The program's standard streams, led to the agent thread: a blocked main thread cannot flush a pipe. */
import { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { OutputStream } from '../protocol/events';

class ProgramStream extends Writable {
  private readonly decoder = new StringDecoder('utf8');

  constructor(private readonly print: (text: string) => void) {
    super({ decodeStrings: false });
  }

  override _write(chunk: Buffer | string, _encoding: string, done: () => void): void {
    this.print(typeof chunk === 'string' ? chunk : this.decoder.write(chunk));
    done();
  }
}

/** From here on `process.stdout`, `process.stderr` and the console print through `print`. */
export function redirectOutput(print: (stream: OutputStream, text: string) => void): void {
  for (const name of ['stdout', 'stderr'] as const) {
    const stream = new ProgramStream((text) => print(name, text));
    Object.defineProperty(process, name, { get: () => stream, configurable: true });
  }
}
