/**
 * Debugs the main thread from the agent thread, without an inspector port: DevTools-protocol messages come and go
 * over the node's one link.
 */
import { Session } from 'node:inspector';
import {
  type CdpMessage,
  type CdpRequest,
  debugHelpersSymbol,
  nodeAttachedMethod,
  nodeDetachedMethod,
} from '../protocol/debug';

/** Makes the names `rank` and `size` known to conditions; a variable of the program goes before. */
const exposeNames = `for (const key of ['rank', 'size'])
  Object.defineProperty(globalThis, key, {
    value: globalThis[Symbol.for('${debugHelpersSymbol}')][key], configurable: true, writable: true });`;

export class InspectorBridge {
  private session: Session | undefined;
  /** True while the main thread stands at a breakpoint. */
  paused = false;

  constructor(
    private readonly send: (message: CdpMessage) => void,
    private readonly onPaused: (paused: boolean) => void,
  ) {}

  attach(): void {
    if (this.session) return;
    const session = new Session();
    session.connectToMainThread();
    this.session = session;
    session.on('inspectorNotification', (message: { method: string; params?: object }) => {
      if (message.method === 'Debugger.paused') this.setPaused(true);
      if (message.method === 'Debugger.resumed') this.setPaused(false);
      this.send({ method: message.method, params: message.params });
    });
    session.post('Runtime.evaluate', { expression: exposeNames, silent: true }, () =>
      this.send({ method: nodeAttachedMethod }),
    );
  }

  /** Ends debugging; a paused main thread goes on. */
  detach(): void {
    if (!this.session) return;
    this.session.disconnect();
    this.session = undefined;
    this.setPaused(false);
    this.send({ method: nodeDetachedMethod });
  }

  /** Pauses the main thread before its next statement, then calls back; at once if nobody debugs. */
  pauseSoon(then: () => void): void {
    if (this.session) this.session.post('Debugger.pause', then);
    else then();
  }

  /** A request from the debugger. */
  receive(message: CdpMessage): void {
    const { id, method, params } = message as CdpRequest;
    if (!this.session) {
      this.send({ id, error: { code: -32000, message: 'the node is not being debugged' } });
      return;
    }
    try {
      this.session.post(method, params, (error: Error | null, result?: object) => {
        const { code = -32000, message: text } = (error ?? {}) as { code?: number; message?: string };
        this.send(error ? { id, error: { code, message: text ?? 'failed' } } : { id, result: result ?? {} });
      });
    } catch (error) {
      this.send({ id, error: { code: -32600, message: (error as Error).message } });
    }
  }

  private setPaused(paused: boolean): void {
    if (this.paused === paused) return;
    this.paused = paused;
    this.onPaused(paused);
  }
}
