import { type Envelope, type Message, type Payload } from '../protocol/envelope';
import type { Call, SourceLocation } from '../protocol/node';
import type { Failure } from './faultTolerance/failures';
import type { ReceiveBuffer } from './layout';
import type { PostedReceive } from './matching';
import type { BegunRequest } from './timeline/operationRecorder';

/** Finds out where in the program a call was made; costs nothing until it is asked. */
export type Site = () => SourceLocation | undefined;

/** A call that completes as messages arrive: what a request stands for. */
export abstract class Operation {
  /** Set by the progress engine, once; what completes has its result from then on. */
  done = false;
  /** True if it was taken back before a message matched. */
  cancelled = false;
  /** Why it cannot be done; a receive from any source that has one is not done, and may still get its message. */
  failure: Failure | undefined;
  /** Called when it is done: wakes who awaits it, or takes a schedule's next step. */
  onDone: (() => void) | undefined;
  /** Set where it is a request that is to be recorded. */
  recorded: BegunRequest | undefined;
  /** The message received, once done; none for a send. */
  abstract readonly message: Message | undefined;

  /** What a call brings that is more than one message. Throws what went wrong in it. */
  result?(): unknown;
}

/** A send whose receiver has not taken the message yet. */
export class SendOperation extends Operation {
  readonly message = undefined;

  /** `content` is what an offer stands for; undefined where the content has already left. */
  constructor(
    readonly envelope: Envelope,
    readonly content: Payload | undefined,
  ) {
    super();
  }
}

/** A receive from its post to the arrival of the whole message. */
export class ReceiveOperation extends Operation implements PostedReceive {
  /** Set once a message has matched; its content may still be under way. */
  message: Message | undefined;

  /** `source` may be ANY_SOURCE, `tag` ANY_TAG; `buffer` is where the program wants what it receives. */
  constructor(
    readonly communicator: number,
    readonly source: number,
    readonly tag: number,
    readonly buffer?: ReceiveBuffer,
  ) {
    super();
  }
}

/** An operation that was done when its call returned. */
class FinishedOperation extends Operation {
  readonly message = undefined;
  override done = true;
}

/** Stands for every send that needs nothing of its receiver. */
export const finishedSend: Operation = new FinishedOperation();
/** Stands for every receive from PROC_NULL. */
export const receiveFromNobody: Operation = new FinishedOperation();

/** A call that a request stands for, and where the program made it. */
export interface OpenCall extends Call {
  /** `peer` as a rank of world. */
  worldPeer?: number;
  site?: Site;
}

/** A request as the engine keeps it until its result is taken. */
export interface OpenRequest {
  readonly call: OpenCall;
  readonly operation: Operation | undefined;
}

/** The call with its place in the program looked up. */
export function locatedCall({ site, ...call }: OpenCall): Call {
  delete call.worldPeer;
  return { ...call, at: site?.() };
}
