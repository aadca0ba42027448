import type { CdpMessage, CdpRequest } from '../../runtime/protocol/debug';
import { LockstepError } from '../../runtime/protocol/errors';
import type { CdpCommands, CdpEvents, CdpMethod } from './protocol';

interface Pending {
  resolve(result: object): void;
  reject(error: LockstepError): void;
}

type Listeners = { [E in keyof CdpEvents]?: (params: CdpEvents[E]) => void };

/** One node's inspector: commands with their answers, and events. Invariant: every command settles. */
export class CdpConnection {
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;
  private open = true;

  constructor(
    private readonly rank: number,
    private readonly write: (request: CdpRequest) => void,
    private readonly listeners: Listeners,
  ) {}

  /** Sends a command; rejects with `evaluationFailed` when the inspector refuses it or the node is gone. */
  request<M extends CdpMethod>(
    method: M,
    params: CdpCommands[M]['params'],
  ): Promise<CdpCommands[M]['result']> {
    if (!this.open) return Promise.reject(this.gone());
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      this.write({ id, method, params });
    });
  }

  /** Sends a command whose answer does not matter: what it brings comes as an event. */
  send<M extends CdpMethod>(method: M, params: CdpCommands[M]['params']): void {
    this.request(method, params).catch(() => undefined);
  }

  /** Takes in a message from the node. */
  receive(message: CdpMessage): void {
    if ('id' in message) {
      const pending = this.pending.get(message.id);
      this.pending.delete(message.id);
      if (!pending || 'method' in message) return;
      if (message.error) {
        pending.reject(new LockstepError('evaluationFailed', { message: message.error.message }));
      } else pending.resolve(message.result ?? {});
    } else {
      const listener = this.listeners[message.method as keyof CdpEvents] as
        ((params: object | undefined) => void) | undefined;
      listener?.(message.params);
    }
  }

  /** The node is gone: everything asked fails. */
  close(): void {
    this.open = false;
    for (const pending of this.pending.values()) pending.reject(this.gone());
    this.pending.clear();
  }

  private gone(): LockstepError {
    return new LockstepError('unknownThread', { thread: this.rank + 1 });
  }
}
