/**
 * Debugs the main thread from the agent thread, without an inspector port: DevTools-protocol messages come and go
 * over the node's one link.
 */
import { type Debugger, type Runtime, Session } from 'node:inspector';
import {
  type AttachedParams,
  type CdpMessage,
  type CdpRequest,
  debugHelpersSymbol,
  entryBreakpointId,
  nodeAttachedMethod,
  nodeDetachedMethod,
} from '../protocol/debug';

/** Makes the names `rank` and `size` known to conditions; a variable of the program goes before. */
const exposeNames = `for (const key of ['rank', 'size'])
  Object.defineProperty(globalThis, key, {
    value: globalThis[Symbol.for('${debugHelpersSymbol}')][key], configurable: true, writable: true });`;

export class InspectorBridge {
  private session: Session | undefined;
  private entryBreakpoint: string | undefined;
  /** True while the main thread stands at a breakpoint. */
  paused = false;

  constructor(
    private readonly send: (message: CdpMessage) => void,
    private readonly onPaused: (paused: boolean) => void,
  ) {}

  attach(attached: AttachedParams): void {
    if (this.session) return;
    const session = new Session();
    session.connectToMainThread();
    this.session = session;
    session.on('inspectorNotification', (message: { method: string; params?: object }) => {
      let { params } = message;
      if (message.method === 'Debugger.paused') {
        this.setPaused(true);
        params = this.renameEntry(params as Debugger.PausedEventDataType);
      }
      if (message.method === 'Debugger.resumed') this.setPaused(false);
      this.send({ method: message.method, params });
    });
    session.post('Runtime.evaluate', { expression: exposeNames, silent: true }, () =>
      this.send({ method: nodeAttachedMethod, params: attached }),
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

  /** Arranges that the main thread stops on the first line of the program's function; does nothing if nobody debugs. */
  async stopAtEntry(): Promise<void> {
    if (!this.session) return;
    const expression = `globalThis[Symbol.for('${debugHelpersSymbol}')].entry`;
    const { result } = await this.post<Runtime.EvaluateReturnType>('Runtime.evaluate', { expression });
    const { internalProperties = [] } = await this.post<Runtime.GetPropertiesReturnType>(
      'Runtime.getProperties',
      { objectId: result.objectId },
    );
    const place = internalProperties.find(({ name }) => name === '[[FunctionLocation]]')?.value?.value as
      Debugger.Location | undefined;
    const { locations } = await this.post<Debugger.GetPossibleBreakpointsReturnType>(
      'Debugger.getPossibleBreakpoints',
      { start: place, restrictToFunction: true },
    );
    const { breakpointId } = await this.post<Debugger.SetBreakpointReturnType>('Debugger.setBreakpoint', {
      location: locations[0] ?? place,
    });
    this.entryBreakpoint = breakpointId;
  }

  private post<T>(method: string, params: object): Promise<T> {
    return new Promise((resolve, reject) => {
      this.session?.post(method, params, (error, result) => (error ? reject(error) : resolve(result as T)));
    });
  }

  /** The stop at the program's first line, under a name that the debugger knows. */
  private renameEntry(paused: Debugger.PausedEventDataType): object {
    if (!this.entryBreakpoint || !paused.hitBreakpoints?.includes(this.entryBreakpoint)) return paused;
    void this.post('Debugger.removeBreakpoint', { breakpointId: this.entryBreakpoint });
    this.entryBreakpoint = undefined;
    return { ...paused, hitBreakpoints: [entryBreakpointId] };
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
