/**
 * One client's connection: its requests, the events it wants, and the bounds on the output it is sent. The output of a
 * job waits for the client that has started the coordinator, as a pipe does for its reader; it waits for nobody else.
 */
import { monotonicMs } from '../core/clock';
import type { Disposable } from '../core/disposable';
import type { ControlMethod, ControlNotifications, ControlRequests } from '../protocol/control';
import type { CdpMessage } from '../protocol/debug';
import type { ClusterEvent, ClusterEventType } from '../protocol/events';
import { type Answers, declineAll, type Questions } from '../protocol/questions';
import { handle, type MessageConnection, notify, request } from '../transport/rpc';
import type { Debugger } from './debugger';
import { LeftOut } from './leftOut';
import { OutputLimit } from './outputLimit';
import { Unread } from './unread';

/** Answers each request of the control API; the signal is aborted when the client gives it up, or is gone. */
export type ControlHandlers = {
  [M in ControlMethod]: (
    params: ControlRequests[M]['params'],
    client: ClientSession,
    signal: AbortSignal,
  ) => Promise<ControlRequests[M]['result']> | ControlRequests[M]['result'];
};

const noticeMs = 1000;
/** What may wait for a client that nobody waits for. */
const unreadLimitBytes = 16 << 20;
/** The share of that which is taken by what may be left out; the rest is for what may not. */
const optionalShare = 0.5;
const optional = new Set<ClusterEventType>(['output', 'metrics', 'traffic', 'operations', 'tasksChanged']);
/** What an event takes beside its text, about. */
const eventBytes = 512;

/** What a client is sent of one node's output. */
interface Flow {
  job: string;
  rank: number;
  limit: OutputLimit | undefined;
  unread: LeftOut;
}

export class ClientSession implements Debugger, Disposable {
  private wanted = new Set<ClusterEventType>();
  private outputBytesPerSecond: number | undefined;
  private readonly flows = new Map<string, Flow>();
  private readonly unread = new Unread(unreadLimitBytes);
  private readonly noticeTimer = setInterval(() => this.sendNotices(), noticeMs);
  private open = true;

  /** `awaited`: the nodes' output waits until this client has taken it. */
  constructor(
    private readonly connection: MessageConnection,
    private readonly awaited: boolean,
    handlers: ControlHandlers,
    onCdp: (client: ClientSession, cdp: ControlNotifications['cdp']) => void,
    private readonly onClosed: (client: ClientSession) => void,
  ) {
    for (const [method, handler] of Object.entries(handlers)) {
      handle(connection, method, (params, signal) => handler(params, this, signal));
    }
    connection.onNotification('cdp', (cdp: ControlNotifications['cdp']) => onCdp(this, cdp));
    connection.onClose(() => this.close());
    connection.onError(() => this.close());
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
    this.flows.clear();
  }

  /** Whether it wants events of a kind. */
  wants(type: ClusterEventType): boolean {
    return this.open && this.wanted.has(type);
  }

  /** Sends an event if this client wants it; resolves when it has been written, or at once if nobody waits for that. */
  async send(event: ClusterEvent): Promise<void> {
    if (!this.open || !this.wanted.has(event.type)) return;
    let passed: ClusterEvent = event;
    if (event.type === 'output') {
      const { limit } = this.flowOf(event.job, event.rank);
      const text = limit ? limit.pass(event.text, monotonicMs()) : event.text;
      if (text === undefined) return;
      passed = { ...event, text };
    }
    if (this.awaited) await this.write(passed);
    else this.writeAside(passed);
  }

  onCdp(job: string, rank: number, message: CdpMessage): void {
    void notify(this.connection, 'cdp', { job, rank, message });
  }

  /** Says what was left out of the output so far. */
  sendNotices(): void {
    if (!this.unread.flows) return;
    for (const { limit, unread, job, rank } of this.flows.values()) {
      for (const text of [limit?.notice(), unread.notice('this client did not read it in time')])
        if (text) void this.write({ type: 'output', job, rank, stream: 'lockstep', text });
    }
  }

  dispose(): void {
    this.open = false;
    clearInterval(this.noticeTimer);
    this.connection.dispose();
  }

  private close(): void {
    if (!this.open) return;
    this.dispose();
    this.onClosed(this);
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

  /** Writes what there is room for, counts output that there is none for, and gives up on who reads nothing at all. */
  private writeAside(event: ClusterEvent): void {
    const bytes = eventBytes + sizeOf(event);
    const mayBeLeftOut = optional.has(event.type);
    if (this.unread.admit(bytes, mayBeLeftOut ? optionalShare : 1)) {
      void this.write(event).then(() => this.unread.taken(bytes));
    } else if (event.type === 'output') this.flowOf(event.job, event.rank).unread.add(event.text);
    else if (!mayBeLeftOut) this.close();
  }

  private flowOf(job: string, rank: number): Flow {
    const key = `${job}/${rank}`;
    let flow = this.flows.get(key);
    if (!flow) {
      const { outputBytesPerSecond: bound } = this;
      const limit = bound === undefined ? undefined : new OutputLimit(bound, monotonicMs());
      flow = { job, rank, limit, unread: new LeftOut() };
      this.flows.set(key, flow);
    }
    return flow;
  }
}

/** What an event takes, where that is much. */
function sizeOf(event: ClusterEvent): number {
  if (event.type === 'output') return Buffer.byteLength(event.text);
  return event.type === 'operations' ? event.batch.records.length : 0;
}
