/** Operations as a node's agent sends them, for tests. */
import {
  messageRoles,
  noMessage,
  type Operation,
  operationBytes,
  operationFields,
  operationKinds,
  type OperationWords,
} from '../../../runtime/protocol/operations';
import type { OperationsEvent } from '../contract';

/** What a test says of an operation; the rest is as of a call of no message. */
export type Told = Partial<Operation> & Pick<Operation, 'name' | 'beginMs' | 'endMs'>;

/** The event that brings operations of one node of `job-1`. */
export function operationsEvent(rank: number, operations: readonly Told[], leftOut = 0): OperationsEvent {
  const words: OperationWords = { names: [], sites: [] };
  const bytes = new Uint8Array(operations.length * operationBytes);
  const wide = new Float64Array(bytes.buffer);
  const narrow = new Int32Array(bytes.buffer);
  const nameOf = (name: string | undefined): number => {
    if (name === undefined) return 0;
    if (!words.names.includes(name)) words.names.push(name);
    return words.names.indexOf(name) + 1;
  };
  for (const [i, told] of operations.entries()) {
    const {
      kind = 'call',
      role = 'none',
      messageId = noMessage,
      clock = 1,
      peer = -1,
      tag = -1,
      bytes: size = 0,
    } = told;
    const numbers = { beginMs: told.beginMs, endMs: told.endMs, messageId, clock };
    for (const [field, value] of Object.entries(numbers)) {
      wide[i * 8 + operationFields.wide[field as keyof typeof numbers]] = value;
    }
    if (told.at) words.sites.push(told.at);
    const integers = {
      kind: operationKinds.indexOf(kind) | (messageRoles.indexOf(role) << 2) | (told.isLikeSite ? 16 : 0),
      name: nameOf(told.name),
      peer,
      tag,
      communicator: nameOf(told.communicator ?? 'world'),
      bytes: size,
      site: told.at ? words.sites.length : 0,
      algorithm: nameOf(told.algorithm),
    };
    for (const [field, value] of Object.entries(integers)) {
      narrow[i * 16 + operationFields.narrow[field as keyof typeof integers]] = value;
    }
  }
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return {
    type: 'operations',
    job: 'job-1',
    rank,
    offsetMs: 0,
    batch: { records: btoa(text), words, leftOut },
  };
}

/** The send and the receive of one message. */
export function message(
  id: number,
  [from, sentMs]: readonly [rank: number, ms: number],
  [to, receivedMs]: readonly [rank: number, ms: number],
): [send: Told, receive: Told] {
  const shared = { messageId: id, tag: 7, bytes: 8 };
  return [
    { ...shared, name: 'send', role: 'send', peer: to, beginMs: sentMs, endMs: sentMs + 0.5 },
    { ...shared, name: 'recv', role: 'receive', peer: from, beginMs: receivedMs - 1, endMs: receivedMs },
  ];
}
