/** A debug adapter over its standard streams, as an editor drives it. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Command } from './peers';

interface Waiting {
  resolve(body: unknown): void;
  reject(error: Error): void;
}

const headerEnd = Buffer.from('\r\n\r\n');

export class DapClient {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, Waiting>();
  private readonly listeners = new Set<(event: DebugProtocol.Event) => void>();
  private received = Buffer.alloc(0);
  private errors = '';
  private sequence = 0;

  constructor([file, ...args]: Command) {
    this.child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.child.stdout?.on('data', (chunk: Buffer) => this.receive(chunk));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.errors += chunk.toString()));
    this.child.on('close', (code) => {
      const error = new Error(`The debug adapter ended with ${code}. ${this.errors}`);
      for (const each of this.waiting.values()) each.reject(error);
      this.waiting.clear();
    });
  }

  /** Sends a request and answers the body of its response. */
  request<Body>(command: string, args: object = {}): Promise<Body> {
    const seq = ++this.sequence;
    const text = JSON.stringify({ type: 'request', seq, command, arguments: args });
    this.child.stdin?.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    return new Promise<Body>((resolve, reject) => {
      this.waiting.set(seq, { resolve: (body) => resolve(body as Body), reject });
    });
  }

  /** The next events for which `done` answers true; call it before the request that brings them. */
  until(done: (event: DebugProtocol.Event) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const listener = (event: DebugProtocol.Event) => {
        if (!done(event)) return;
        this.listeners.delete(listener);
        resolve();
      };
      this.listeners.add(listener);
    });
  }

  /** Ends the session, and the adapter with it. */
  async stop(): Promise<void> {
    const closed = new Promise((done) => this.child.on('close', done));
    await this.request('disconnect', { terminateDebuggee: true });
    this.child.stdin?.end();
    await closed;
  }

  private receive(chunk: Buffer): void {
    this.received = Buffer.concat([this.received, chunk]);
    for (;;) {
      const end = this.received.indexOf(headerEnd);
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.received.toString('latin1', 0, end))?.[1]);
      const bodyStart = end + headerEnd.length;
      if (this.received.length < bodyStart + length) return;
      const body = this.received.toString('utf8', bodyStart, bodyStart + length);
      this.received = this.received.subarray(bodyStart + length);
      this.take(JSON.parse(body) as DebugProtocol.Response | DebugProtocol.Event);
    }
  }

  private take(message: DebugProtocol.Response | DebugProtocol.Event): void {
    if (message.type === 'event') {
      for (const listener of [...this.listeners]) listener(message as DebugProtocol.Event);
    } else if (message.type === 'response') {
      const response = message as DebugProtocol.Response;
      const waiting = this.waiting.get(response.request_seq);
      this.waiting.delete(response.request_seq);
      if (response.success) waiting?.resolve(response.body);
      else waiting?.reject(new Error(`${response.command}: ${response.message}`));
    }
  }
}
