/** The inspector of a Node.js process over its WebSocket, as plain as can be: the peer of `bench debug`. */
import { randomBytes } from 'node:crypto';
import { get } from 'node:http';
import type { Socket } from 'node:net';

interface CdpMessage {
  id?: number;
  method?: string;
  params?: object;
  result?: object;
}

export class CdpClient {
  private readonly waiting = new Map<number, (result: object) => void>();
  private readonly listeners = new Map<string, (params: object) => void>();
  private received: Buffer;
  private count = 0;

  private constructor(
    private readonly socket: Socket,
    head: Buffer,
  ) {
    this.received = head;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
  }

  /** Connects to the address that `node --inspect` prints. */
  static connect(url: string): Promise<CdpClient> {
    const headers = {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    };
    return new Promise((resolve, reject) => {
      get(url.replace(/^ws:/, 'http:'), { headers })
        .on('upgrade', (_, socket, head) => resolve(new CdpClient(socket, head)))
        .on('error', reject);
    });
  }

  request<Result extends object>(method: string, params: object = {}): Promise<Result> {
    const id = ++this.count;
    this.send(id, method, params);
    return new Promise((resolve) => this.waiting.set(id, (result) => resolve(result as Result)));
  }

  /** The next event of a method. */
  next<Params extends object>(method: string): Promise<Params> {
    return new Promise((resolve) => this.listeners.set(method, (params) => resolve(params as Params)));
  }

  /**
   * A request whose answer nobody needs. The inspector's socket holds a message back until the one before it is
   * acknowledged (Nagle's algorithm), which takes Linux 40 ms unless the client has something to say.
   */
  nudge(): void {
    this.send(0, 'Runtime.getIsolateId');
  }

  close(): void {
    this.socket.destroy();
  }

  private receive(chunk: Buffer): void {
    this.received = Buffer.concat([this.received, chunk]);
    for (;;) {
      const frame = readFrame(this.received);
      if (!frame) return;
      this.received = this.received.subarray(frame.end);
      this.take(JSON.parse(frame.text) as CdpMessage);
    }
  }

  private take(message: CdpMessage): void {
    if (message.id !== undefined) {
      this.waiting.get(message.id)?.(message.result ?? {});
      this.waiting.delete(message.id);
    } else if (message.method !== undefined) {
      const listener = this.listeners.get(message.method);
      this.listeners.delete(message.method);
      listener?.(message.params ?? {});
    }
  }

  private send(id: number, method: string, params: object = {}): void {
    this.socket.write(frameOf(JSON.stringify({ id, method, params })));
  }
}

/** A text as one masked frame (RFC 6455, section 5.2); the mask is zero, so the text stands as it is. */
function frameOf(text: string): Buffer {
  const body = Buffer.from(text);
  const header = Buffer.alloc(8);
  header.writeUInt8(0x81, 0);
  header.writeUInt8(0x80 | 126, 1);
  header.writeUInt16BE(body.length, 2);
  return Buffer.concat([header, body]);
}

/** The first frame of the bytes, if all of it is there. The inspector sends each message as one frame. */
function readFrame(bytes: Buffer): { text: string; end: number } | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes.readUInt8(1) & 0x7f;
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const start = 2 + lengthBytes;
  if (bytes.length < start) return undefined;
  const length =
    lengthBytes === 0 ? short : bytes.readUIntBE(start - Math.min(lengthBytes, 6), Math.min(lengthBytes, 6));
  if (bytes.length < start + length) return undefined;
  return { text: bytes.toString('utf8', start, start + length), end: start + length };
}
