import type { Message } from '../protocol/envelope';
import { LockstepError } from '../protocol/errors';
import { describeCall } from '../protocol/node';
import type { OpenCall, Operation } from './operation';
import type { ProgressEngine } from './progressEngine';
import { Request } from './request';

/**
 * A call that is made again and again with the same arguments (MPI standard 4.0, section 3.9): what `sendInit` and
 * `recvInit` return. Each `start` makes the call once; it completes as any request does, and can then be started again.
 *
 * @example
 * const row = new Float64Array(1000);
 * const toRight = world.sendInit(row, right);
 * for (let step = 0; step < steps; step += 1) {
 *   compute(row);
 *   toRight.start();
 *   toRight.wait();
 * }
 */
export class PersistentRequest<T = unknown> extends Request<T> {
  /** @internal `begin` makes the call. */
  constructor(
    engine: ProgressEngine,
    call: OpenCall,
    private readonly begin: () => Operation,
    take: ((message: Message) => T) | undefined,
  ) {
    super(engine, call, undefined, take);
  }

  /**
   * Makes the call once more.
   *
   * @throws LockstepError `requestActive` if the last one was not completed
   */
  start(): void {
    if (this.active) {
      throw new LockstepError('requestActive', { operation: 'start', call: describeCall(this.call) });
    }
    this.open(this.begin());
  }
}

/** Starts persistent requests, in their order. */
export function startAll(requests: readonly PersistentRequest[]): void {
  for (const request of requests) request.start();
}
