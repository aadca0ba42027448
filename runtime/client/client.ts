/**
 * The control API from the client's side. The extension, the debug adapter and the command line all reach the
 * runtime through here.
 */
import type { Disposable } from '../core/disposable';
import { Emitter, type Event } from '../core/emitter';
import { LockstepError } from '../protocol/errors';
import type { ClusterEvent } from '../protocol/events';
import type { ControlMethod, ControlNotifications, ControlRequests } from '../protocol/control';
import type { CdpMessage } from '../protocol/debug';
import { type Answers, questionNames } from '../protocol/questions';
import { handle, type MessageConnection, notify, request } from '../transport/rpc';

type Cdp = ControlNotifications['cdp'];

export class Client implements Disposable {
  private readonly events = new Emitter<ClusterEvent>();
  private readonly cdp = new Emitter<Cdp>();
  private readonly closed = new Emitter<LockstepError>();
  private open = true;

  /** Events of the kinds that were subscribed to. */
  readonly onEvent: Event<ClusterEvent> = this.events.event;
  /** DevTools-protocol messages from the nodes of jobs that this client debugs. */
  readonly onCdp: Event<Cdp> = this.cdp.event;
  /** The coordinator is gone, or has closed the connection. Not fired by `dispose`. */
  readonly onClosed: Event<LockstepError> = this.closed.event;

  /**
   * `release` frees what lies below the connection; called once, at the end. `unhold` lets this process end while it is
   * open.
   */
  constructor(
    private readonly connection: MessageConnection,
    private readonly release: () => void,
    private readonly unhold: () => void = () => undefined,
  ) {
    connection.onNotification('event', (event: ClusterEvent) => this.events.fire(event));
    connection.onNotification('cdp', (cdp: Cdp) => this.cdp.fire(cdp));
    connection.onClose(() => this.lost());
    connection.onError(() => this.lost());
    connection.listen();
  }

  /** Sends a request; rejects with a LockstepError. Aborting the signal gives it up. */
  request<M extends ControlMethod>(
    method: M,
    params: ControlRequests[M]['params'],
    signal?: AbortSignal,
  ): Promise<ControlRequests[M]['result']> {
    return request(this.connection, method, params, signal) as Promise<ControlRequests[M]['result']>;
  }

  /** From now on the coordinator's questions are answered so; without this, they are declined. */
  answer(answers: Answers): void {
    for (const name of questionNames) handle(this.connection, name, answers[name]);
  }

  /** Sends a DevTools-protocol message to one node of a job that this client debugs. */
  sendCdp(job: string, rank: number, message: CdpMessage): void {
    if (this.open) void notify(this.connection, 'cdp', { job, rank, message } satisfies Cdp);
  }

  /** From now on the open connection keeps this process alive no longer. */
  unref(): void {
    this.unhold();
  }

  /** Closes the connection. A coordinator that this client started ends, and its jobs with it. */
  dispose(): void {
    if (!this.open) return;
    this.open = false;
    this.connection.dispose();
    this.release();
  }

  private lost(): void {
    if (!this.open) return;
    this.dispose();
    this.closed.fire(new LockstepError('coordinatorLost', { reason: 'the connection to it closed' }));
  }
}
