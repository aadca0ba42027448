/** One client's connection: its requests, the events it wants, and the bound on the output it is sent. */
import { monotonicMs } from '../core/clock';
import type { Disposable } from '../core/disposable';
import type { ControlMethod, ControlNotifications, ControlRequests } from '../protocol/control';
import type { CdpMessage } from '../protocol/debug';
import type { ClusterEvent, ClusterEventType } from '../protocol/events';
import { type Answers, declineAll, type Questions } from '../protocol/questions';
import { handle, type MessageConnection, notify, request } from '../transport/rpc';
import type { Debugger } from './debugger';
import { OutputLimit } from './outputLimit';

/** Answers each request of the control API; the signal is aborted when the client gives it up, or is gone. */
export type ControlHandlers = {
  [M in ControlMethod]: (
    params: ControlRequests[M]['params'],
    client: ClientSession,
    signal: AbortSignal,
  ) => Promise<ControlRequests[M]['result']> | ControlRequests[M]['result'];
};

const noticeMs = 1000;

export class ClientSession implements Debugger, Disposable {
  private wanted = new Set<ClusterEventType>();
  private outputBytesPerSecond: number | undefined;
  private readonly limits = new Map<string, { limit: OutputLimit; job: string; rank: number }>();
  private readonly noticeTimer = setInterval(() => this.sendNotices(), noticeMs);
  private open = true;

  constructor(
    private readonly connection: MessageConnection,
    handlers: ControlHandlers,
    onCdp: (client: ClientSession, cdp: ControlNotifications['cdp']) => void,
    onClosed: (client: ClientSession) => void,
  ) {
    for (const [method, handler] of Object.entries(handlers)) {
      handle(connection, method, (params, signal) => handler(params, this, signal));
    }
    connection.onNotification('cdp', (cdp: ControlNotifications['cdp']) => onCdp(this, cdp));
    const close = () => {
      if (!this.open) return;
      this.dispose();
      onClosed(this);
    };
    connection.onClose(close);
    connection.onError(close);
    connection.listen();
  }

  /** Asks this client; one that cannot answer declines. */
  readonly answers: Answers = {
    confirmHostKey: (question) => this.ask('confirmHostKey', question),
    secret: (question) => this.ask('secret', question),
    goOnWithout: (question) => this.ask('goOnWithout', question),
  };

  subscribe(events: ClusterEventType[], outputBytesPerSecond: number | undefined): void {
    this.wanted = new Set(events);
    this.outputBytesPerSecond = outputBytesPerSecond;
    this.limits.clear();
  }

  /** Sends an event if this client wants it; resolves when it has been written. */
  async send(event: ClusterEvent): Promise<void> {
    if (!this.open || !this.wanted.has(event.type)) return;
    if (event.type !== 'output' || this.outputBytesPerSecond === undefined) return this.write(event);
    const passed = this.limitFor(event.job, event.rank, this.outputBytesPerSecond).pass(
      event.text,
      monotonicMs(),
    );
    if (passed !== undefined) await this.write({ ...event, text: passed });
  }

  onCdp(job: string, rank: number, message: CdpMessage): void {
    void notify(this.connection, 'cdp', { job, rank, message });
  }

  /** Says what was left out of the output so far. */
  sendNotices(): void {
    for (const { limit, job, rank } of this.limits.values()) {
      const text = limit.notice();
      if (text) void this.write({ type: 'output', job, rank, stream: 'lockstep', text });
    }
  }

  dispose(): void {
    this.open = false;
    clearInterval(this.noticeTimer);
    this.connection.dispose();
  }

  private async ask<Q extends keyof Questions>(
    name: Q,
    question: Questions[Q]['question'],
  ): Promise<Questions[Q]['answer']> {
    try {
      return (await request(this.connection, name, question)) as Questions[Q]['answer'];
    } catch {
      return await declineAll[name](question);
    }
  }

  private write(event: ClusterEvent): Promise<void> {
    return notify(this.connection, 'event', event);
  }

  private limitFor(job: string, rank: number, bytesPerSecond: number): OutputLimit {
    const key = `${job}/${rank}`;
    let entry = this.limits.get(key);
    if (!entry) {
      entry = { limit: new OutputLimit(bytesPerSecond, monotonicMs()), job, rank };
      this.limits.set(key, entry);
    }
    return entry.limit;
  }
}
