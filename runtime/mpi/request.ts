import { inspect } from 'node:util';
import { ANY_SOURCE, type Message, PROC_NULL } from '../protocol/envelope';
import type { Failure } from './faultTolerance/failures';
import { type OpenCall, type Operation, ReceiveOperation, receiveFromNobody } from './operation';
import type { ProgressEngine } from './progressEngine';
import { describeCall } from '../protocol/node';
import { waitFor } from './requestWait';
import type { Status } from './status';

/**
 * A nonblocking call under way (MPI standard 4.0, section 3.7): what `isend`, `irecv` and their like return at once.
 * It completes with `wait`, with `test` once that says so, with `await`, or with `waitAll` and its like; every request
 * must be completed. Until then the data of a send must not change, and the buffer of a receive must not be read.
 *
 * `T` is the type of the value that a receive brings; a send brings `undefined`.
 *
 * @example
 * const request = world.irecv<number>(left, 7);
 * world.send(world.rank, right, 7);
 * log(request.wait());
 */
export class Request<T = unknown> implements PromiseLike<T> {
  /** @internal Undefined once the result has been taken, and in a persistent request that was not started. */
  operation: Operation | undefined;
  private value: T | undefined;
  private message: Message | undefined;
  private source: typeof ANY_SOURCE | typeof PROC_NULL = ANY_SOURCE;
  private isCancelled = false;
  private failure: { error: unknown } | undefined;

  /** @internal `take` makes the value of a received message. */
  constructor(
    /** @internal */ readonly engine: ProgressEngine,
    /** @internal */ readonly call: OpenCall,
    operation: Operation | undefined,
    private readonly take: ((message: Message) => T) | undefined,
  ) {
    if (operation) this.open(operation);
  }

  /**
   * Blocks until the call has completed; returns the received value, `undefined` for a send. Called again, it returns
   * the same again at once.
   *
   * @param status is filled with the received message's source, tag and size
   * @throws LockstepError `truncated`, `typeMismatch` for a receive into a buffer that does not fit
   */
  wait(status?: Status): T {
    const { operation } = this;
    if (operation && !operation.done) {
      const { engine } = this;
      const wait = waitFor('wait', 'all', [this]);
      engine.recorder?.begin(wait);
      engine.blockUntil(() => operation.done || operation.failure !== undefined, wait);
      engine.recorder?.end();
    }
    return this.conclude(status);
  }

  /**
   * Looks, without waiting, whether the call has completed: `[true, value]`, or `[false, undefined]`.
   *
   * @param status is filled if the call has completed
   * @throws LockstepError `truncated`, `typeMismatch` for a receive into a buffer that does not fit
   * @example
   * let [done, row] = request.test();
   * while (!done) {
   *   computeABit();
   *   [done, row] = request.test();
   * }
   */
  test(status?: Status): [done: true, value: T] | [done: false, value: undefined] {
    const { operation } = this;
    if (operation && !operation.done) this.engine.progress(waitFor('test', 'all', [this]));
    const isOpen = operation !== undefined && !operation.done && operation.failure === undefined;
    return isOpen ? [false, undefined] : [true, this.conclude(status)];
  }

  /**
   * Takes back a receive that no message has matched yet; it completes, without a value, and its status says
   * `cancelled`. A receive that has its message goes on, and so does every send: the standard has deprecated to cancel
   * one.
   */
  cancel(): void {
    const { operation } = this;
    if (operation instanceof ReceiveOperation) this.engine.cancel(operation);
  }

  /**
   * Lets an async program `await` the request: other code of the program runs meanwhile, and messages are taken in.
   *
   * @example
   * const row = await world.irecv<Float64Array>(0, 7);
   */
  then<A = T, B = never>(
    onDone?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.awaited().then(onDone, onError);
  }

  /** @internal What `log` and the debugger show of it. */
  [inspect.custom](): string {
    const state = this.operation === undefined ? 'completed' : this.operation.done ? 'done' : 'open';
    return `Request ${describeCall(this.call)}, ${state}`;
  }

  /** @internal True while its result has not been taken: `waitAny` and its like look at these. */
  get active(): boolean {
    return this.operation !== undefined;
  }

  /** @internal Takes the result; the operation is done, or there is none. */
  conclude(status?: Status): T {
    const { operation } = this;
    // A receive from any source stays open: it may still get its message.
    if (operation?.failure && !operation.done) throw this.failed(operation.failure);
    if (this.operation) this.close(this.operation);
    if (status) {
      if (this.message) status.set(this.message, this.engine.groups.sourceOf(this.message.envelope));
      else status.setEmpty(this.source, this.isCancelled);
    }
    if (this.failure) throw this.failure.error;
    return this.value as T;
  }

  /** @internal A call of this request is under way. */
  protected open(operation: Operation): void {
    this.operation = operation;
    this.value = undefined;
    this.failure = undefined;
    this.engine.open.add(this);
  }

  /** What the status needs of the message stays, its content does not. */
  private close(operation: Operation): void {
    this.operation = undefined;
    this.engine.open.delete(this);
    const { message } = operation;
    this.isCancelled = operation.cancelled;
    this.source = operation === receiveFromNobody ? PROC_NULL : ANY_SOURCE;
    this.message = message && {
      envelope: message.envelope,
      payload: { kind: message.payload.kind, parts: [] },
    };
    try {
      if (operation.failure) throw this.failed(operation.failure);
      if (message) this.value = this.take?.(message);
      else this.value = operation.result?.() as T;
    } catch (error) {
      this.failure = { error };
    }
  }

  private failed(failure: Failure): Error {
    return this.engine.failures.error(failure, waitFor('wait', 'all', [this]));
  }

  private async awaited(): Promise<T> {
    const { operation } = this;
    if (operation && !operation.done) {
      // V8 knows the line of an `await` in a turn of the promise that is awaited, and not in the call of `then`.
      await Promise.resolve();
      const wait = waitFor('await', 'all', [this], this.engine.capture?.());
      await this.engine.completion(operation, wait);
    }
    return this.conclude();
  }
}
