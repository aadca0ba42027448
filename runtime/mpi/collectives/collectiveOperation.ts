/**
 * Runs a plan's rounds on the progress engine. The messages of a call travel in a context of their own, with the
 * call's number as their tag, so that they meet only those of the same call at other nodes; each says which call it is of, so
 * that nodes that call different things are found out instead of waiting for one another.
 */
import { keepPayload } from '../../core/codec';
import { type Message, type Payload, payloadBytes } from '../../protocol/envelope';
import { Operation, type ReceiveOperation } from '../operation';
import type { SendKind } from '../engineOptions';
import type { ProgressEngine } from '../progressEngine';
import type { CollectiveWait } from './collectiveWait';
import { checkSignature } from './signature';
import type { Plan } from './plan';
import type { Round } from './schedule';

/** Where a call's messages travel, and what they say of it. */
export interface CollectiveContext {
  context: number;
  /** Number of the call in its communicator. */
  tag: number;
  /** What the call is, in 32 bits; see signature.ts. */
  signature: number;
  /** The communicator's name. */
  communicator: string;
}

/** What a collective call has cost this node. */
export interface CollectiveCost {
  rounds: number;
  messages: number;
  bytes: number;
}

export class CollectiveOperation<T> extends Operation {
  readonly message = undefined;
  private outcome: { value: T } | { error: unknown } | undefined;
  readonly cost: CollectiveCost = { rounds: 0, messages: 0, bytes: 0 };
  private receives: ReceiveOperation[] = [];
  /** Transfers of the round that are not done; one more while the round is being set up. */
  private open = 0;

  constructor(
    private readonly engine: ProgressEngine,
    private readonly plan: Plan<T>,
    private readonly where: CollectiveContext,
    /** A call that blocks lets its messages go at once; one in the background must not wait to start. */
    private readonly kind: SendKind,
    readonly wait: CollectiveWait,
  ) {
    super();
  }

  /** What the call brings, once it is done. Throws what went wrong in it. */
  override result(): T {
    const { outcome } = this;
    if (outcome && 'value' in outcome) return outcome.value;
    throw outcome?.error;
  }

  /** World ranks from which a message is awaited. */
  get awaited(): number[] {
    return this.receives.filter(({ done }) => !done).map(({ source }) => source);
  }

  /** Begins, with the first round if that is known, and goes on as far as it can without waiting. */
  start(first?: Round): this {
    if (first !== undefined) this.begin(first);
    if (this.open === 0) this.proceed();
    return this;
  }

  /** Rounds follow one another here, and not by recursion, as long as nothing must be waited for. */
  private proceed(): void {
    try {
      do {
        const next = this.plan.schedule.next(this.taken());
        if (next.done) return this.finish({ value: next.value });
        this.begin(next.value);
      } while (this.open === 0);
    } catch (error) {
      this.finish({ error });
    }
  }

  private begin({ sends, receives }: Round): void {
    const { engine, where, wait, cost } = this;
    wait.begin(this);
    cost.rounds += 1;
    this.open = 1;
    this.receives = receives.map((from) => {
      const receive = engine.startReceive(where.context, from, where.tag, wait);
      this.await(receive);
      return receive;
    });
    for (const { to, payload } of sends) {
      cost.messages += 1;
      cost.bytes += payloadBytes(payload);
      const stable = this.kind === 'eager' ? payload : keepPayload(payload);
      const send = engine.startSend(where.context, to, where.tag, stable, this.kind, wait, where.signature);
      if (send) this.await(send);
    }
    this.open -= 1;
  }

  private await(operation: Operation): void {
    if (operation.done) return;
    this.open += 1;
    operation.onDone = () => {
      this.open -= 1;
      if (this.open === 0) this.proceed();
    };
  }

  private taken(): Payload[] {
    return this.receives.map((receive) => {
      if (receive.failure) throw this.engine.failures.error(receive.failure, this.wait);
      const { envelope, payload } = receive.message as Message;
      checkSignature(this.where, envelope);
      return payload;
    });
  }

  private finish(outcome: { value: T } | { error: unknown }): void {
    if ('error' in outcome) this.open = Infinity; // what is left of the round moves nothing any more
    for (const receive of this.receives) this.engine.cancel(receive);
    this.receives = [];
    this.outcome = outcome;
    this.done = true;
    this.onDone?.();
  }
}
