import { ANY_SOURCE, ANY_TAG, type Message, PROC_NULL, payloadBytes } from '../protocol/envelope';
import { copyPayload, copyValue } from '../core/codec';
import { checkDestination, checkSource, checkTag, checkTagOrAny } from './arguments';
import { CommunicatorBase, payloadOf, valueOf } from './communicatorBase';
import { checkBuffer, type Layout, type NumberArray, type ReceiveBuffer, receiveInto } from './layout';
import type { SendKind } from './engineOptions';
import { Status } from './status';

/** The blocking point-to-point calls of a communicator (MPI standard 4.0, sections 3.2, 3.4, 3.8 and 3.10). */
export abstract class BlockingCalls extends CommunicatorBase {
  /**
   * Sends a value to one node. Returns as soon as the value may be changed again: up to `eagerLimitBytes` before it is
   * received, above only once a receive has taken it.
   *
   * @param data any structured-clonable value, or what `vector` or `indexed` picks of a typed array
   * @param destination rank of the receiver, also this node's own; PROC_NULL for nobody
   * @param tag what kind of message it is, 0 or more; the receiver can ask for it
   * @throws LockstepError `rankOutOfRange`, `badTag`, `notClonable`, `frameTooLarge`
   * @example
   * world.send({ row: 3, cells: new Float64Array(100) }, 1, 7);
   */
  send(data: unknown, destination: number, tag = 0): void {
    this.sendAs('send', 'standard', data, destination, tag);
  }

  /**
   * Sends a value and returns once a receive has taken it, whatever its size (synchronous mode). A program that runs
   * with `ssend` everywhere does not count on buffering.
   *
   * @param data any structured-clonable value, or what `vector` or `indexed` picks of a typed array
   * @param destination rank of the receiver; PROC_NULL for nobody
   * @param tag what kind of message it is, 0 or more
   * @throws LockstepError `rankOutOfRange`, `badTag`, `notClonable`, `frameTooLarge`
   */
  ssend(data: unknown, destination: number, tag = 0): void {
    this.sendAs('ssend', 'synchronous', data, destination, tag);
  }

  /**
   * Sends a value whose receive is already posted (ready mode); it never waits. That it is posted is the program's
   * promise: where it is not, the message waits to be received all the same, and the end of the job tells of it.
   *
   * @param data any structured-clonable value, or what `vector` or `indexed` picks of a typed array
   * @param destination rank of the receiver; PROC_NULL for nobody
   * @param tag what kind of message it is, 0 or more
   * @throws LockstepError `rankOutOfRange`, `badTag`, `notClonable`, `frameTooLarge`
   */
  rsend(data: unknown, destination: number, tag = 0): void {
    this.sendAs('rsend', 'ready', data, destination, tag);
  }

  /**
   * Sends a value by way of the buffer that `attachBuffer` has made (buffered mode): it never waits, and the value may
   * be changed at once.
   *
   * @param data any structured-clonable value, or what `vector` or `indexed` picks of a typed array
   * @param destination rank of the receiver; PROC_NULL for nobody
   * @param tag what kind of message it is, 0 or more
   * @throws LockstepError `noSendBuffer` if the message does not fit; `rankOutOfRange`, `badTag`, `notClonable`,
   *   `frameTooLarge`
   */
  bsend(data: unknown, destination: number, tag = 0): void {
    checkDestination('bsend', destination, this.peers);
    checkTag('bsend', tag);
    if (destination === PROC_NULL) return;
    const payload = payloadOf(data, 'bsend');
    const bytes = payloadBytes(payload);
    this.engine.sendBuffer.check(bytes);
    const kept = bytes > this.eagerLimitBytes ? copyPayload(payload) : payload;
    const { engine } = this;
    const wait = this.waitIn('bsend', destination, tag);
    engine.recorder?.beginSend(wait);
    const operation = engine.startSend(this.context, destination, tag, kept, 'standard', wait);
    if (operation) engine.sendBuffer.hold(operation);
    engine.recorder?.end();
  }

  /**
   * Makes room for `bsend`, in addition to what there is. A message above `eagerLimitBytes` takes its size of it until it
   * is received; there is no overhead to add, unlike MPI_BSEND_OVERHEAD.
   *
   * @param bytes size of the room
   * @throws LockstepError `badBuffer`
   */
  attachBuffer(bytes: number): void {
    this.engine.sendBuffer.attach(bytes);
  }

  /**
   * Gives up the room for `bsend` once all messages in it are received, and returns its size in bytes. The end of the
   * program does the same.
   */
  detachBuffer(): number {
    return this.engine.sendBuffer.detach(this.waitIn('detachBuffer', PROC_NULL, 0));
  }

  /**
   * Waits for a message and returns its value. Messages from one source arrive in the order in which they were sent.
   *
   * @param source rank of the sender, or ANY_SOURCE; from PROC_NULL comes `undefined` at once
   * @param tag tag of the message, or ANY_TAG
   * @param status is filled with the message's source, tag and size
   * @throws LockstepError `rankOutOfRange`, `badTag`
   * @example
   * const row = world.recv<Float64Array>(0, 7);
   * @example
   * const status = new Status();
   * const answer = world.recv<string>(ANY_SOURCE, ANY_TAG, status);
   * log(`rank ${status.source} says ${answer}`);
   */
  recv<T = unknown>(source: number = ANY_SOURCE, tag: number = ANY_TAG, status?: Status): T {
    this.checkReceive('recv', source, tag);
    const message = this.receiveMessage('recv', source, tag, status);
    return message === undefined ? (undefined as T) : valueOf(message);
  }

  /**
   * Waits for a message and puts its elements into a buffer, in place. The message must be a typed array of the same
   * type; it may be shorter than the buffer: `status.count` tells.
   *
   * @param buffer a typed array, a `subarray` of one, or what `vector` or `indexed` picks of one
   * @param source rank of the sender, or ANY_SOURCE; from PROC_NULL comes nothing
   * @param tag tag of the message, or ANY_TAG
   * @param status is filled with the message's source, tag and size
   * @returns the buffer
   * @throws LockstepError `truncated` if the message is longer than the buffer, `typeMismatch` if it is of another type;
   *   `badBuffer`, `rankOutOfRange`, `badTag`
   * @example
   * world.recvInto(grid.subarray(0, columns), up, 1);
   */
  recvInto<B extends ReceiveBuffer>(
    buffer: B,
    source: number = ANY_SOURCE,
    tag: number = ANY_TAG,
    status?: Status,
  ): B {
    checkBuffer('recvInto', buffer);
    this.checkReceive('recvInto', source, tag);
    const message = this.receiveMessage('recvInto', source, tag, status, buffer);
    if (message) receiveInto('recvInto', buffer, message);
    return buffer;
  }

  /**
   * Sends one value and receives another; safe where all nodes send and receive at once, as around a ring.
   *
   * @param data value to send
   * @param destination rank of the receiver; PROC_NULL for nobody
   * @param sendTag tag to send with
   * @param source rank to receive from, or ANY_SOURCE; from PROC_NULL comes `undefined`
   * @param recvTag tag to receive, or ANY_TAG
   * @param status is filled with the received message's source, tag and size
   * @throws LockstepError `rankOutOfRange`, `badTag`, `notClonable`, `frameTooLarge`
   * @example
   * const fromLeft = world.sendrecv<number>(world.rank, right, 0, left, 0);
   */
  sendrecv<T = unknown>(
    data: unknown,
    destination: number,
    sendTag = 0,
    source: number = ANY_SOURCE,
    recvTag: number = ANY_TAG,
    status?: Status,
  ): T {
    const message = this.exchange('sendrecv', data, destination, sendTag, source, recvTag, status);
    return message === undefined ? (undefined as T) : valueOf(message);
  }

  /**
   * Sends what a buffer holds and receives into the same buffer.
   *
   * @param buffer a typed array, a `subarray` of one, or what `vector` or `indexed` picks of one
   * @param destination rank of the receiver; PROC_NULL for nobody
   * @param sendTag tag to send with
   * @param source rank to receive from, or ANY_SOURCE; from PROC_NULL comes nothing, and the buffer stays as it is
   * @param recvTag tag to receive, or ANY_TAG
   * @param status is filled with the received message's source, tag and size
   * @returns the buffer
   * @throws LockstepError `truncated`, `typeMismatch`, `badBuffer`, `rankOutOfRange`, `badTag`
   * @example
   * world.sendrecvReplace(block, left, 0, right, 0); // one step of Cannon's algorithm
   */
  sendrecvReplace<B extends ReceiveBuffer>(
    buffer: B,
    destination: number,
    sendTag = 0,
    source: number = ANY_SOURCE,
    recvTag: number = ANY_TAG,
    status?: Status,
  ): B {
    checkBuffer('sendrecvReplace', buffer);
    const data = copyValue(elementsOf(buffer), 'sendrecvReplace');
    const message = this.exchange('sendrecvReplace', data, destination, sendTag, source, recvTag, status);
    if (message) receiveInto('sendrecvReplace', buffer, message);
    return buffer;
  }

  /**
   * Waits until a message can be received, and tells about it without receiving it.
   *
   * @param source rank of the sender, or ANY_SOURCE
   * @param tag tag of the message, or ANY_TAG
   * @param status is filled and returned; a new one where there is none
   * @throws LockstepError `rankOutOfRange`, `badTag`
   * @example
   * const { source, tag } = world.probe();
   * const value = tag === 1 ? world.recv<string>(source, 1) : world.recv<number>(source, tag);
   */
  probe(source: number = ANY_SOURCE, tag: number = ANY_TAG, status = new Status()): Status {
    this.checkReceive('probe', source, tag);
    if (source === PROC_NULL) status.setEmpty(PROC_NULL);
    else this.note(status, this.probeMessage('probe', source, tag));
    return status;
  }

  /**
   * Looks, without waiting, whether a message can be received.
   *
   * @param source rank of the sender, or ANY_SOURCE
   * @param tag tag of the message, or ANY_TAG
   * @param status is filled if there is one
   * @throws LockstepError `rankOutOfRange`, `badTag`
   * @example
   * while (!world.iprobe(ANY_SOURCE, 9)) search();
   */
  iprobe(source: number = ANY_SOURCE, tag: number = ANY_TAG, status?: Status): boolean {
    this.checkReceive('iprobe', source, tag);
    if (source === PROC_NULL) {
      status?.setEmpty(PROC_NULL);
      return true;
    }
    const message = this.engine.peek(this.context, source, tag, this.waitIn('iprobe', source, tag));
    if (message) this.note(status, message);
    return message !== undefined;
  }

  /** @internal One value for another, in a call of this name; both nodes make it. */
  swap<T>(operation: string, word: T, peer: number, tag: number): T {
    return valueOf(this.exchange(operation, word, peer, tag, peer, tag, undefined) as Message);
  }

  /** @internal */
  protected checkReceive(operation: string, source: number, tag: number): void {
    checkSource(operation, source, this.peers);
    checkTagOrAny(operation, tag);
  }

  /** @internal */
  protected probeMessage(operation: string, source: number, tag: number): Message {
    const { engine } = this;
    const wait = this.waitIn(operation, source, tag);
    engine.recorder?.begin(wait);
    const message = engine.probe(this.context, source, tag, wait);
    engine.recorder?.end();
    return message;
  }

  /** @internal */
  private sendAs(operation: string, kind: SendKind, data: unknown, destination: number, tag: number): void {
    checkDestination(operation, destination, this.peers);
    checkTag(operation, tag);
    if (destination === PROC_NULL) return;
    const { engine } = this;
    const payload = payloadOf(data, operation);
    const wait = this.waitIn(operation, destination, tag);
    engine.recorder?.beginSend(wait);
    const sending = engine.startSend(this.context, destination, tag, payload, kind, wait);
    if (sending !== undefined) {
      if (sending.content !== undefined) wait.bytes = sending.envelope.bytes;
      engine.complete(sending, wait);
    }
    engine.recorder?.end();
  }

  /** @internal Sends and receives at once: neither waits for the other. */
  private exchange(
    operation: string,
    data: unknown,
    destination: number,
    sendTag: number,
    source: number,
    recvTag: number,
    status: Status | undefined,
  ) {
    checkDestination(operation, destination, this.peers);
    checkTag(operation, sendTag);
    this.checkReceive(operation, source, recvTag);
    const { engine, context } = this;
    const wait = this.waitIn(operation, destination, sendTag);
    engine.recorder?.begin(wait);
    const sending =
      destination === PROC_NULL
        ? undefined
        : engine.startSend(context, destination, sendTag, payloadOf(data, operation), 'standard', wait);
    const message = this.takeMessage(operation, source, recvTag, status);
    if (sending) engine.complete(sending, this.waitIn(operation, destination, sendTag));
    engine.recorder?.end();
    return message;
  }
}

function elementsOf(buffer: NumberArray | Layout): NumberArray {
  return ArrayBuffer.isView(buffer) ? buffer : buffer.pack();
}
