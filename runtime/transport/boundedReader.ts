import type { Readable } from 'node:stream';
import { AbstractMessageReader, type DataCallback, type Disposable } from 'vscode-jsonrpc/node';
import { LockstepError } from '../protocol/errors';

/** The largest message of a peer that is not hostile. */
const maximumBodyBytes = 64 << 20;
const maximumHeaderBytes = 1024;
const headerEnd = Buffer.from('\r\n\r\n');
const lengthField = /^content-length: *(\d{1,10})$/im;

/**
 * Reads JSON-RPC messages (a header with the body's length, then the body) of a peer that need not mean well: what is
 * too long is refused before any of it is kept, and what is no message ends the link.
 */
export class BoundedReader extends AbstractMessageReader {
  private header = Buffer.alloc(0);
  /** The body under way: its pieces so far, and the bytes that are still to come. */
  private body: Buffer[] = [];
  private bodyLeft = 0;

  constructor(private readonly input: Readable) {
    super();
    input.on('error', (error: Error) => this.fireError(error)).on('close', () => this.fireClose());
  }

  listen(callback: DataCallback): Disposable {
    const take = (chunk: Buffer) => {
      try {
        for (let rest = chunk; rest.length > 0;) {
          rest = this.bodyLeft > 0 ? this.takeBody(rest, callback) : this.takeHeader(rest);
        }
      } catch (error) {
        this.input.off('data', take).destroy(error as Error);
      }
    };
    this.input.on('data', take);
    return { dispose: () => this.input.off('data', take) };
  }

  private takeHeader(chunk: Buffer): Buffer {
    const before = this.header.length;
    this.header = Buffer.concat([this.header, chunk.subarray(0, maximumHeaderBytes)]);
    const end = this.header.indexOf(headerEnd);
    if (end < 0) {
      if (this.header.length > maximumHeaderBytes) throw malformed('a message without a header');
      return chunk.subarray(chunk.length);
    }
    const length = Number(lengthField.exec(this.header.toString('latin1', 0, end))?.[1] ?? 0);
    if (length < 1 || length > maximumBodyBytes) throw malformed(`a message of ${length} bytes`);
    this.header = Buffer.alloc(0);
    this.bodyLeft = length;
    return chunk.subarray(end + headerEnd.length - before);
  }

  private takeBody(chunk: Buffer, callback: DataCallback): Buffer {
    const piece = chunk.subarray(0, this.bodyLeft);
    this.body.push(piece);
    this.bodyLeft -= piece.length;
    if (this.bodyLeft === 0) {
      const text = Buffer.concat(this.body).toString('utf8');
      this.body = [];
      callback(parse(text));
    }
    return chunk.subarray(piece.length);
  }
}

function parse(text: string): Parameters<DataCallback>[0] {
  const message: unknown = JSON.parse(text);
  if (typeof message === 'object' && message !== null && 'jsonrpc' in message) {
    return message as Parameters<DataCallback>[0];
  }
  throw malformed('a message that is not of JSON-RPC');
}

const malformed = (problem: string) => new LockstepError('malformed', { problem });
