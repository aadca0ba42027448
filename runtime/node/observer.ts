/** Looks at the main thread through the status block: its state, and its metrics. */
import type { MessagePort } from 'node:worker_threads';
import { monotonicMs } from '../core/clock';
import type { MessageCounts } from '../mpi/engineOptions';
import type { NodeStatus, Quiescence } from '../protocol/agentLink';
import type { NodeMetrics, Wait } from '../protocol/node';
import type { MainThreadLink } from './mainThreadLink';
import { mainStates } from './statusBlock';
import type { StrandedAwait } from './strandedAwait';

/** Without progress for this long, a running program is busy. */
const busyAfterMs = 1000;

export class Observer {
  private ping = 0;
  private pingAtMs = monotonicMs();
  private progress = '';
  private task: string | undefined;
  private progressAtMs = monotonicMs();
  private last = { atMs: monotonicMs(), cpu: process.cpuUsage(), blockedMs: 0 };

  constructor(
    private readonly link: MainThreadLink,
    private readonly counts: MessageCounts,
    private readonly port: MessagePort,
    private readonly rank: number,
    private readonly paused: () => boolean,
    /** False once a main thread that sleeps has been rung for: it may have what it waits for in memory. */
    private readonly asleep: () => boolean,
    /** Knows the line of what the program awaits in vain. */
    private readonly awaits: Pick<StrandedAwait, 'placed'>,
    /** How many nodes are known. */
    private readonly ranks: () => number,
  ) {}

  /** What the node is doing now. */
  status(): NodeStatus {
    const { status } = this.link;
    const state = status.get('state');
    if (state === mainStates.done) return { state: 'done' };
    const { task } = status;
    // One that is over at the next look is not worth telling.
    const lasting = task === this.task ? task : undefined;
    this.task = task;
    if (this.paused()) return { state: 'paused', wait: this.wait(), task };
    if (state === mainStates.starting || state === mainStates.held) return { state: 'starting' };
    const wait = this.wait();
    if (wait) return { state: 'blocked', wait };
    return { state: this.busy() ? 'busy' : 'running', task: lasting };
  }

  /** One sample; the shares are over the time since the last one. */
  metrics(): NodeMetrics {
    const { status } = this.link;
    const nowMs = monotonicMs();
    const cpu = process.cpuUsage(this.last.cpu);
    const elapsedMs = Math.max(1, nowMs - this.last.atMs);
    const since = status.counter('blockedSinceMs');
    const blockedMs = status.counter('blockedMs') + (since > 0 ? nowMs - since : 0);
    const blockedShare = Math.min(1, Math.max(0, (blockedMs - this.last.blockedMs) / elapsedMs));
    this.last = { atMs: nowMs, cpu: process.cpuUsage(), blockedMs };
    return {
      rank: this.rank,
      cpuShare: (cpu.user + cpu.system) / 1000 / elapsedMs,
      rssBytes: process.memoryUsage.rss(),
      heapUsedBytes: status.counter('heapUsed'),
      eventLoopDelayMs: this.eventLoopDelayMs(nowMs),
      blockedShare,
      messagesIn: status.counter('messagesIn'),
      messagesOut: status.counter('messagesOut'),
      bytesIn: status.counter('bytesIn'),
      bytesOut: status.counter('bytesOut'),
    };
  }

  /** For the deadlock check. */
  quiescence(): Quiescence {
    const { status } = this.link;
    const wait = this.paused() ? undefined : this.wait();
    return {
      // Who waits in the middle of a message goes on once the way has room, however long a link is away.
      still:
        status.get('state') === mainStates.done ||
        (wait !== undefined && this.asleep() && !this.link.sending && status.get('inMessage') === 0),
      waitId: status.get('waitId'),
      wait,
      sent: this.ofKnown(this.counts.sent),
      taken: this.ofKnown(this.counts.taken),
      cutOff: this.ofKnown(this.counts.cutOff),
    };
  }

  private wait(): Wait | undefined {
    const wait = this.link.status.described();
    return wait && this.awaits.placed(wait);
  }

  private ofKnown(counts: Uint32Array): number[] {
    return [...counts.subarray(0, this.ranks())];
  }

  private busy(): boolean {
    const { status } = this.link;
    const progress = [
      status.get('waitId'),
      status.get('pong'),
      status.counter('messagesOut'),
      status.counter('messagesIn'),
    ].join();
    const nowMs = monotonicMs();
    if (progress !== this.progress) {
      this.progress = progress;
      this.progressAtMs = nowMs;
    }
    return nowMs - this.progressAtMs > busyAfterMs;
  }

  /** Pings the main thread's event loop, and says how long the last ping took or has been waiting. */
  private eventLoopDelayMs(nowMs: number): number {
    const { status } = this.link;
    const answered = status.get('pong') === this.ping;
    const delayMs = answered ? status.counter('pongAtMs') - this.pingAtMs : nowMs - this.pingAtMs;
    if (answered) {
      this.ping += 1;
      this.pingAtMs = nowMs;
      this.port.postMessage(this.ping);
    }
    return status.get('state') === mainStates.blocked ? 0 : Math.max(0, delayMs);
  }
}
