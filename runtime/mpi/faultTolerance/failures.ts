/**
 * What a node knows of failures: which nodes are gone, which communicators were revoked, and which operations cannot be
 * done any more for that (W. Bland et al., "Post-failure recovery of MPI communication capability", 2013: ULFM).
 *
 * A failure is told by the coordinator, which has ended the node's process before. It is taken in when this node makes
 * progress, after all that had arrived before it. Cost: a look at one flag in each call while nothing has failed.
 */
import { ANY_SOURCE, type Envelope, messageModes } from '../../protocol/envelope';
import { LockstepError } from '../../protocol/errors';
import type { Wait } from '../../protocol/node';
import type { ContextGroups } from '../contextGroups';
import type { IncomingContents } from '../incomingContents';
import type { Matching } from '../matching';
import { type Operation, ReceiveOperation } from '../operation';
import type { PendingSends } from '../pendingSends';
import { type ErrorHandler, errorsAreFatal, errorsReturn } from './errorHandler';

/** Why an operation cannot be done. */
export interface Failure {
  code: 'procFailed' | 'revoked';
  /** World rank of the node that has failed, or that has revoked the communicator. */
  rank: number;
  context: number;
  /** It may not concern the operation: a receive from any source may still get a message of somebody else. */
  isPending?: boolean;
}

/** What failures need of the progress engine. */
export interface FailureActions {
  matching(): Matching;
  readonly sends: PendingSends;
  readonly contents: IncomingContents;
  /** An operation is done. */
  finish(operation: Operation): void;
  abort(error: LockstepError): never;
}

/** A communicator's two contexts as one. */
const baseOf = (context: number): number => context - (context % 2);

export class Failures {
  /** True once anything has failed or was revoked. */
  any = false;
  /** World ranks of nodes that are gone, in the order in which it was heard. */
  readonly failed = new Set<number>();
  /** Told, and not taken in yet. */
  private readonly told: { rank: number; byItself: boolean }[] = [];
  private readonly revoked = new Map<number, number>();
  private readonly acknowledged = new Map<number, ReadonlySet<number>>();
  private readonly handlers = new Map<number, ErrorHandler>();
  /** Called with each world rank that has failed, and whether it ended by itself: it was not taken for dead, or killed. */
  readonly listeners = new Set<(rank: number, byItself: boolean) => void>();

  constructor(
    private readonly groups: ContextGroups,
    private readonly actions: FailureActions,
  ) {}

  /** The coordinator says that a node has failed. */
  tell(rank: number, byItself = true): void {
    this.told.push({ rank, byItself });
  }

  /** True if something was told that is to be taken in, once all has been that came before. */
  get isTold(): boolean {
    return this.told.length > 0;
  }

  takeIn(): void {
    for (const { rank, byItself } of this.told.splice(0)) {
      if (this.failed.has(rank)) continue;
      this.any = true;
      this.failed.add(rank);
      const failed = (context: number): Failure => ({ code: 'procFailed', rank, context });
      for (const receive of [...this.posted]) {
        const { communicator, source } = receive;
        if (source === rank) this.fail(receive, failed(communicator));
        else if (source === ANY_SOURCE && this.isMember(communicator, rank)) {
          receive.failure = { ...failed(communicator), isPending: true };
          receive.onDone?.();
        }
      }
      for (const receive of [...this.actions.contents.all]) {
        if (receive.message?.envelope.source === rank) this.fail(receive, failed(receive.communicator));
      }
      for (const send of [...this.actions.sends.values()]) {
        const { destination, communicator } = send.envelope;
        if (destination === rank) this.fail(send, failed(communicator));
      }
      for (const listener of [...this.listeners]) listener(rank, byItself);
    }
  }

  /** A communicator was revoked by a node; false if that was known. */
  revoke(base: number, rank: number): boolean {
    if (this.revoked.has(base)) return false;
    this.any = true;
    this.revoked.set(base, rank);
    const failure = (context: number): Failure => ({ code: 'revoked', rank, context });
    for (const receive of [...this.posted, ...this.actions.contents.all]) {
      if (baseOf(receive.communicator) === base) this.fail(receive, failure(receive.communicator));
    }
    for (const send of [...this.actions.sends.values()]) {
      const { communicator } = send.envelope;
      if (baseOf(communicator) === base) this.fail(send, failure(communicator));
    }
    return true;
  }

  isRevoked(base: number): boolean {
    return this.revoked.has(base);
  }

  /** Raises the error of a call that begins, or waits, with a node that is gone, or on a communicator that was revoked. */
  check(context: number, peer: number, wait: Wait): void {
    const by = this.revoked.get(baseOf(context));
    if (by !== undefined) throw this.error({ code: 'revoked', rank: by, context }, wait);
    const rank = peer === ANY_SOURCE ? this.unacknowledged(context) : peer;
    if (rank !== undefined && this.failed.has(rank))
      throw this.error({ code: 'procFailed', rank, context }, wait);
  }

  /** A receive that is posted: from any source it stays open, and its wait tells. */
  checkReceive(receive: ReceiveOperation, wait: Wait): void {
    const { communicator: context, source } = receive;
    if (source !== ANY_SOURCE) return this.check(context, source, wait);
    this.check(context, -2, wait);
    const rank = this.unacknowledged(context);
    if (rank !== undefined) receive.failure = { code: 'procFailed', rank, context, isPending: true };
  }

  /** Raises the error of a wait that only a node could end which is gone. */
  checkWait(context: number, wait: Wait): void {
    for (const rank of wait.waitsFor ?? []) this.check(context, rank, wait);
  }

  /** The program knows of all failures in a communicator so far; receives from any source wait for the others. */
  acknowledge(context: number, ranks: ReadonlySet<number>): void {
    this.acknowledged.set(baseOf(context), ranks);
    for (const receive of this.posted) {
      if (receive.communicator === context && receive.source === ANY_SOURCE) receive.failure = undefined;
    }
  }

  setHandler(context: number, handler: ErrorHandler): void {
    this.handlers.set(baseOf(context), handler);
  }

  /** A communicator has the handler of the one that it is made of. */
  inherit(from: number, to: number): void {
    const handler = this.handlers.get(baseOf(from));
    if (handler !== undefined) this.handlers.set(baseOf(to), handler);
  }

  /** The error of an operation that has failed, to be thrown; does not return if it ends the job. */
  error({ code, rank, context, isPending }: Failure, wait: Wait): LockstepError {
    const { operation, communicator } = wait;
    wait.update?.();
    const error = new LockstepError(isPending && wait.requests ? 'procFailedPending' : code, {
      operation,
      communicator,
      rank,
    });
    const handler = this.handlers.get(baseOf(context)) ?? errorsAreFatal;
    if (handler === errorsAreFatal) return this.actions.abort(error);
    if (handler !== errorsReturn) handler(error);
    return error;
  }

  /** True for an answer to an operation that has failed meanwhile. */
  isStale({ mode, source, communicator }: Envelope): boolean {
    if (mode !== messageModes.accept && mode !== messageModes.content) return false;
    return this.failed.has(source) || this.revoked.has(baseOf(communicator));
  }

  private get posted(): Iterable<ReceiveOperation> {
    return this.actions.matching().postedReceives() as Iterable<ReceiveOperation>;
  }

  private fail(operation: Operation, failure: Failure): void {
    operation.failure = failure;
    const { matching, sends, contents, finish } = this.actions;
    if (operation instanceof ReceiveOperation) matching().cancel(operation);
    sends.forget(operation);
    contents.forget(operation);
    finish(operation);
  }

  /** A member that has failed without the program knowing of it. */
  private unacknowledged(context: number): number | undefined {
    const known = this.acknowledged.get(baseOf(context));
    return [...this.failed].find((rank) => !known?.has(rank) && this.isMember(context, rank));
  }

  private isMember(context: number, rank: number): boolean {
    return this.groups.has(context, rank);
  }
}
