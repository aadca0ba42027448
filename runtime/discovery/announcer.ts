/** The agent's side: a machine says every two seconds that it is there, answers who asks, and says when it leaves. */
import type { KeyObject } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Disposable } from '../core/disposable';
import { type AnnouncedMachine, discoveryTimes } from '../protocol/discovery';
import { unseal } from './datagram';
import { decodeMessage } from './message';
import type { Datagram, Network } from './multicast';
import { SourceLimiter } from './sourceLimiter';
import { Speaker } from './speaker';
import { monotonicMs } from '../core/clock';

const { announceMs, answerMs, skewMs } = discoveryTimes;
/** Answers come no faster than this, however many ask. */
const leastGapMs = 400;
/** Said so often, because any of them may be lost. */
const farewells = 3;
const farewellGapMs = 40;

export class Announcer implements Disposable {
  private readonly speaker: Speaker;
  private readonly limiter = new SourceLimiter();
  private readonly startedAtMs = Date.now();
  private readonly subscriptions: Disposable[];
  private timer: NodeJS.Timeout | undefined;
  private dueMs = 0;
  private saidMs = -Infinity;

  /** Speaks from now on; `describe` is asked for each announcement. */
  constructor(
    private readonly key: KeyObject,
    network: Network,
    private readonly describe: () => AnnouncedMachine,
  ) {
    this.speaker = new Speaker(key, network);
    this.subscriptions = [
      network.onDatagram((datagram) => this.listen(datagram)),
      network.onPlacesChanged(() => this.sayWithin(answerMs)),
    ];
    this.sayWithin(answerMs);
  }

  /** Says that this machine leaves, and ends. */
  async leave(): Promise<void> {
    this.dispose();
    for (let count = 0; count < farewells; count += 1) {
      this.say('leaving');
      await delay(farewellGapMs);
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private say(state: 'present' | 'leaving'): void {
    const { startedAtMs } = this;
    this.speaker.say({ type: 'announcement', startedAtMs, state, machine: this.describe() });
  }

  /** Speaks within so many milliseconds, at a moment of chance, so that a full room does not speak at once. */
  private sayWithin(limitMs: number): void {
    const nowMs = monotonicMs();
    const dueMs = Math.max(nowMs + Math.random() * limitMs, this.saidMs + leastGapMs);
    if (this.timer !== undefined && this.dueMs <= dueMs) return;
    clearTimeout(this.timer);
    this.dueMs = dueMs;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.saidMs = monotonicMs();
      this.say('present');
      this.later();
    }, dueMs - nowMs);
  }

  private later(): void {
    const inMs = announceMs * (0.8 + Math.random() * 0.4);
    this.dueMs = monotonicMs() + inMs;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.sayWithin(0);
    }, inMs);
  }

  private listen({ bytes, from }: Datagram): void {
    if (!this.limiter.admits(from, monotonicMs())) return;
    const body = unseal(this.key, bytes);
    if (typeof body === 'string') return;
    const message = decodeMessage(body);
    if (message?.type !== 'query' || Math.abs(Date.now() - message.sentAtMs) > skewMs) return;
    this.sayWithin(answerMs);
  }
}
