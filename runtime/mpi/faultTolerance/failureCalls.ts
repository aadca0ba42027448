import { type Group } from '../group';
import { WindowCalls } from '../oneSided/windowCalls';
import { Agreements } from './agreements';
import type { ErrorHandler } from './errorHandler';

/**
 * The calls of a communicator for programs that outlive the failure of nodes (ULFM, the proposal for MPI: W. Bland et
 * al., 2013). They are of use in a fault-tolerant job (`--fault-tolerant`): in any other, the failure of a node ends it.
 *
 * A call that needs a node which has failed throws `procFailed`, with the node's rank in world; calls among others go on. So
 * some nodes may wait in a call that others have left with an error: who gets one calls `revoke`, which ends all calls on
 * the communicator, at all nodes. Then all call `shrink`, and go on with those that are left.
 */
export abstract class FailureCalls extends WindowCalls {
  /** @internal */
  protected readonly agreements = new Agreements(this.engine, this.context, this.group, this.name);

  /**
   * Says what is done about errors that other nodes cause: `procFailed`, `procFailedPending` and `revoked`. What the
   * program itself does wrong is thrown in any case. Communicators made of this one begin with its handler.
   *
   * @param handler `errorsAreFatal` ends the job (if nothing is set); `errorsReturn` throws, so that the program can catch
   *   it; a function is called with the error, which is thrown after that
   * @example
   * world.setErrorHandler(errorsReturn);
   * try {
   *   world.barrier();
   * } catch (error) {
   *   if (!(error instanceof LockstepError)) throw error;
   *   log(`${error.code}: node ${error.data.rank}`);
   *   world.revoke();
   * }
   */
  setErrorHandler(handler: ErrorHandler): void {
    this.engine.failures.setHandler(this.context, handler);
  }

  /**
   * Makes the communicator useless, at all nodes: every call on it that is under way or comes later throws `revoked`, but
   * for `shrink`, `agree`, and the calls on failures. It returns at once; a node hears of it in its next communication call.
   */
  revoke(): void {
    this.agreements.revoke();
  }

  /** True once this node knows that the communicator was revoked. */
  get isRevoked(): boolean {
    return this.engine.failures.isRevoked(this.context);
  }

  /**
   * Agrees with all nodes that live on a flag, whoever fails meanwhile, and also where the communicator was revoked: true
   * if it is true at all that take part, or the bits that are set at all. All nodes call it; all get the same.
   *
   * It throws for no failure, whether acknowledged by `failureAck` or not; that of ULFM, MPI_Comm_agree, agrees too, and
   * raises those that are not acknowledged. Ask `getFailed` where it matters who took part.
   *
   * @param flag a boolean, or a whole number of 32 bits
   * @example
   * const allDone = world.agree(residual < 1e-6);
   */
  agree<T extends boolean | number>(flag: T): T extends boolean ? boolean : number;
  agree(flag: boolean | number): boolean | number {
    const bits = typeof flag === 'boolean' ? Number(flag) : flag;
    const decision = this.agreements.decide('agree', { flag: bits, context: this.engine.groups.next });
    return typeof flag === 'boolean' ? decision.flag === 1 : decision.flag;
  }

  /** The nodes of the communicator that this one knows to have failed. */
  getFailed(): Group {
    this.engine.progress(this.waitIn('getFailed', -2, 0));
    return this.group.include(this.agreements.failed);
  }

  /**
   * Takes note of all failures so far: receives from any source no longer throw `procFailedPending` for them, and wait for
   * those that live.
   *
   * @returns the nodes that have failed
   */
  failureAck(): Group {
    const failed = this.getFailed();
    this.engine.failures.acknowledge(this.context, new Set(failed.members));
    return failed;
  }
}
