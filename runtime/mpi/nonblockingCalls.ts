import { ANY_SOURCE, ANY_TAG, type Message, PROC_NULL } from '../protocol/envelope';
import { checkDestination, checkTag } from './arguments';
import type { Wait } from '../protocol/node';
import { BlockingCalls } from './blockingCalls';
import { payloadOf, valueOf } from './communicatorBase';
import { checkBuffer, type ReceiveBuffer, receiveInto } from './layout';
import { MatchedMessage } from './matchedMessage';
import { finishedSend, type OpenCall, type Operation, receiveFromNobody } from './operation';
import { PersistentRequest } from './persistentRequest';
import type { SendKind } from './engineOptions';
import { Request } from './request';
import type { Status } from './status';

/** The nonblocking point-to-point calls of a communicator (MPI standard 4.0, sections 3.7, 3.8.2 and 3.9). */
export abstract class NonblockingCalls extends BlockingCalls {
  /**
   * Starts to send a value, and returns at once. The value must not change until the request has completed.
   *
   * @param data any structured-clonable value, or what `vector` or `indexed` picks of a typed array
   * @param destination rank of the receiver; PROC_NULL for nobody
   * @param tag what kind of message it is, 0 or more
   * @throws LockstepError `rankOutOfRange`, `badTag`, `notClonable`, `frameTooLarge`
   * @example
   * const requests = neighbours.map((rank) => world.isend(border, rank));
   * waitAll(requests);
   */
  isend(data: unknown, destination: number, tag = 0): Request<undefined> {
    return this.startSend('isend', 'standard', data, destination, tag);
  }

  /**
   * As `isend`; the request completes only once a receive has taken the message, whatever its size.
   *
   * @param data any structured-clonable value, or what `vector` or `indexed` picks of a typed array
   * @param destination rank of the receiver; PROC_NULL for nobody
   * @param tag what kind of message it is, 0 or more
   * @throws LockstepError `rankOutOfRange`, `badTag`, `notClonable`, `frameTooLarge`
   */
  issend(data: unknown, destination: number, tag = 0): Request<undefined> {
    return this.startSend('issend', 'synchronous', data, destination, tag);
  }

  /**
   * Posts a receive, and returns at once; the request brings the message's value. A message goes to the receive that
   * was posted first of those that match.
   *
   * @param source rank of the sender, or ANY_SOURCE; from PROC_NULL comes `undefined` at once
   * @param tag tag of the message, or ANY_TAG
   * @throws LockstepError `rankOutOfRange`, `badTag`
   * @example
   * const request = world.irecv<Float64Array>(left, 7);
   * computeInside();
   * const border = request.wait();
   */
  irecv<T = unknown>(source: number = ANY_SOURCE, tag: number = ANY_TAG): Request<T> {
    this.checkReceive('irecv', source, tag);
    const call = this.openCall('irecv', source, tag);
    return new Request<T>(this.engine, call, this.beginReceive('irecv', source, tag), valueOf<T>);
  }

  /**
   * Posts a receive into a buffer, in place, and returns at once; the request brings the buffer, which must not be
   * read before.
   *
   * @param buffer a typed array, a `subarray` of one, or what `vector` or `indexed` picks of one
   * @param source rank of the sender, or ANY_SOURCE; from PROC_NULL comes nothing
   * @param tag tag of the message, or ANY_TAG
   * @throws LockstepError `badBuffer`, `rankOutOfRange`, `badTag`; completing it throws `truncated`, `typeMismatch`
   */
  irecvInto<B extends ReceiveBuffer>(
    buffer: B,
    source: number = ANY_SOURCE,
    tag: number = ANY_TAG,
  ): Request<B> {
    checkBuffer('irecvInto', buffer);
    this.checkReceive('irecvInto', source, tag);
    const call = this.openCall('irecvInto', source, tag);
    const operation = this.beginReceive('irecvInto', source, tag, buffer);
    return new Request(this.engine, call, operation, into('irecvInto', buffer));
  }

  /**
   * Waits until a message can be received and sets it aside: only `mrecv` or `imrecv` gets it, no other receive can take
   * it in between.
   *
   * @param source rank of the sender, or ANY_SOURCE
   * @param tag tag of the message, or ANY_TAG
   * @param status is filled with the message's source, tag and size
   * @throws LockstepError `rankOutOfRange`, `badTag`
   * @example
   * const status = new Status();
   * const message = world.mprobe(ANY_SOURCE, 7, status);
   * const row = world.mrecv<Float64Array>(message);
   */
  mprobe(source: number = ANY_SOURCE, tag: number = ANY_TAG, status?: Status): MatchedMessage {
    this.checkReceive('mprobe', source, tag);
    if (source !== PROC_NULL) this.probeMessage('mprobe', source, tag);
    return this.setAside(source, tag, status) as MatchedMessage;
  }

  /**
   * Looks, without waiting, whether a message can be received, and sets it aside if so.
   *
   * @param source rank of the sender, or ANY_SOURCE
   * @param tag tag of the message, or ANY_TAG
   * @param status is filled if there is one
   * @returns the message, for `mrecv` or `imrecv`; undefined if there is none
   * @throws LockstepError `rankOutOfRange`, `badTag`
   */
  improbe(source: number = ANY_SOURCE, tag: number = ANY_TAG, status?: Status): MatchedMessage | undefined {
    this.checkReceive('improbe', source, tag);
    this.engine.progress(this.waitIn('improbe', source, tag));
    return this.setAside(source, tag, status);
  }

  /**
   * Receives a message that `mprobe` or `improbe` has set aside.
   *
   * @param message what they returned; once each
   * @param status is filled with the message's source, tag and size
   * @throws LockstepError `messageReceived` if it was received before
   */
  mrecv<T = unknown>(message: MatchedMessage, status?: Status): T {
    const wait = this.waitIn('mrecv', message.source, message.tag);
    this.engine.recorder?.begin(wait);
    const operation = this.beginMatched('mrecv', message);
    this.engine.complete(operation, wait);
    this.engine.recorder?.end();
    if (operation.message) this.note(status, operation.message);
    else status?.setEmpty(PROC_NULL);
    return operation.message ? valueOf<T>(operation.message) : (undefined as T);
  }

  /**
   * Starts to receive a message that `mprobe` or `improbe` has set aside; the request brings its value.
   *
   * @param message what they returned; once each
   * @throws LockstepError `messageReceived` if it was received before
   */
  imrecv<T = unknown>(message: MatchedMessage): Request<T> {
    const call = this.openCall('imrecv', message.source, message.tag);
    const wait = this.waitIn('imrecv', message.source, message.tag);
    const operation = this.posting(wait, () => this.beginMatched('imrecv', message));
    return new Request<T>(this.engine, call, operation, valueOf<T>);
  }

  /**
   * Makes a persistent send: each `start` sends what `data` holds then.
   *
   * @param data any structured-clonable value, or what `vector` or `indexed` picks of a typed array
   * @param destination rank of the receiver; PROC_NULL for nobody
   * @param tag what kind of message it is, 0 or more
   * @throws LockstepError `rankOutOfRange`, `badTag`; starting it throws `notClonable`, `frameTooLarge`
   */
  sendInit(data: unknown, destination: number, tag = 0): PersistentRequest<undefined> {
    checkDestination('sendInit', destination, this.peers);
    checkTag('sendInit', tag);
    const begin = (): Operation => this.beginSend('sendInit', 'standard', data, destination, tag);
    return this.persistent('sendInit', destination, tag, begin, undefined);
  }

  /**
   * Makes a persistent receive: each `start` posts it once more.
   *
   * @param source rank of the sender, or ANY_SOURCE; from PROC_NULL comes `undefined` at once
   * @param tag tag of the message, or ANY_TAG
   * @throws LockstepError `rankOutOfRange`, `badTag`
   */
  recvInit<T = unknown>(source: number = ANY_SOURCE, tag: number = ANY_TAG): PersistentRequest<T> {
    this.checkReceive('recvInit', source, tag);
    const begin = (): Operation => this.beginReceive('recvInit', source, tag);
    return this.persistent('recvInit', source, tag, begin, valueOf<T>);
  }

  /**
   * Makes a persistent receive into a buffer, in place.
   *
   * @param buffer a typed array, a `subarray` of one, or what `vector` or `indexed` picks of one
   * @param source rank of the sender, or ANY_SOURCE; from PROC_NULL comes nothing
   * @param tag tag of the message, or ANY_TAG
   * @throws LockstepError `badBuffer`, `rankOutOfRange`, `badTag`; completing it throws `truncated`, `typeMismatch`
   */
  recvIntoInit<B extends ReceiveBuffer>(
    buffer: B,
    source: number = ANY_SOURCE,
    tag: number = ANY_TAG,
  ): PersistentRequest<B> {
    checkBuffer('recvIntoInit', buffer);
    this.checkReceive('recvIntoInit', source, tag);
    const begin = (): Operation => this.beginReceive('recvIntoInit', source, tag, buffer);
    return this.persistent('recvIntoInit', source, tag, begin, into('recvIntoInit', buffer));
  }

  /** @internal */
  private persistent<T>(
    operation: string,
    peer: number,
    tag: number,
    begin: () => Operation,
    take: ((message: Message) => T) | undefined,
  ): PersistentRequest<T> {
    return new PersistentRequest(this.engine, this.openCall(operation, peer, tag), begin, take);
  }

  /** @internal */
  private startSend(
    operation: string,
    kind: SendKind,
    data: unknown,
    destination: number,
    tag: number,
  ): Request<undefined> {
    checkDestination(operation, destination, this.peers);
    checkTag(operation, tag);
    const call: OpenCall = this.openCall(operation, destination, tag);
    const begun = this.beginSend(operation, kind, data, destination, tag);
    return new Request<undefined>(this.engine, call, begun, undefined);
  }

  /** @internal */
  private beginSend(
    operation: string,
    kind: SendKind,
    data: unknown,
    destination: number,
    tag: number,
  ): Operation {
    if (destination === PROC_NULL) return finishedSend;
    const { engine, context } = this;
    const payload = payloadOf(data, operation);
    const wait = this.waitIn(operation, destination, tag);
    return this.posting(
      wait,
      () => engine.startSend(context, destination, tag, payload, kind, wait) ?? finishedSend,
    );
  }

  /** @internal */
  private beginReceive(operation: string, source: number, tag: number, buffer?: ReceiveBuffer): Operation {
    if (source === PROC_NULL) return receiveFromNobody;
    const wait = this.waitIn(operation, source, tag);
    return this.posting(wait, () => this.engine.startReceive(this.context, source, tag, wait, buffer));
  }

  /** @internal Makes a call that returns before its operation is done. */
  private posting(wait: Wait, begin: () => Operation): Operation {
    const { recorder } = this.engine;
    recorder?.begin(wait);
    const operation = begin();
    recorder?.posted(operation);
    recorder?.end();
    return operation;
  }

  /** @internal */
  private beginMatched(operation: string, matched: MatchedMessage): Operation {
    const message = matched.take(operation);
    if (message === undefined) return receiveFromNobody;
    return this.engine.receiveTaken(message, this.waitIn(operation, matched.source, matched.tag));
  }

  /** @internal */
  private setAside(source: number, tag: number, status: Status | undefined): MatchedMessage | undefined {
    if (source === PROC_NULL) {
      status?.setEmpty(PROC_NULL);
      return new MatchedMessage(undefined, PROC_NULL);
    }
    const message = this.engine.take(this.context, source, tag);
    if (!message) return undefined;
    this.note(status, message);
    return new MatchedMessage(message, this.engine.groups.sourceOf(message.envelope));
  }
}

function into<B extends ReceiveBuffer>(operation: string, buffer: B): (message: Message) => B {
  return (message) => {
    receiveInto(operation, buffer, message);
    return buffer;
  };
}
