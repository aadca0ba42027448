/** An operation in words, for the tooltip, the details and a screen reader. */
import { describeWait } from '../../runtime/protocol/node';
import type { Operation } from '../../runtime/protocol/operations';
import { placeName } from '../shared/sourcePlace';
import { formatBytes } from '../shared/numberFormat';
import type { OpenWait } from './openWaits';
import type { OperationStore } from './operationStore';
import { formatSpan } from './timeWindow';

/** The message of an operation: `8 B to node 1, tag 7`; empty where it has none. */
export function messageWords({ role, peer, tag, bytes, kind, communicator }: Operation): string {
  if (role === 'none') return '';
  const way = role === 'send' ? `to node ${peer}` : `from node ${peer}`;
  // In a collective the tag is the number of the call.
  const about = kind === 'message' && communicator !== '' && tag < 0 ? '' : `, tag ${tag}`;
  return `${formatBytes(bytes)} ${way}${about}`;
}

/** What a call waited for: `3.1 ms for node 2`; empty where it did not wait. */
export function waitWords(store: OperationStore, place: number): string {
  const wait = store.waitOf(place);
  if (!wait) return '';
  return `${formatSpan(wait.untilMs - store.begin.at(place))} for node ${store.rank.at(wait.cause)}`;
}

/** The operation as a sentence: `Node 2: recv took 3.2 ms, waited 3.1 ms for node 0, 8 B from node 0, tag 7, at ring.ts:12.` */
export function operationSentence(store: OperationStore, place: number, operation: Operation): string {
  const { name, kind, beginMs, endMs, algorithm, at } = operation;
  const what = kind === 'call' ? name : `${kind} of ${name}`;
  const waited = waitWords(store, place);
  const parts = [
    `${what}${algorithm ? ` (${algorithm})` : ''} took ${formatSpan(endMs - beginMs)}`,
    waited === '' ? '' : `waited ${waited}`,
    messageWords(operation),
    at ? `at ${placeName(at)}` : '',
  ];
  return `Node ${store.rank.at(place)}: ${parts.filter((part) => part !== '').join(', ')}.`;
}

/** A call without an end as a sentence. */
export function openWaitSentence({ rank, wait, isOver }: OpenWait): string {
  const at = wait.at ? `, at ${placeName(wait.at)}` : '';
  return `Node ${rank} ${isOver ? 'waited until the end' : 'waits'} in ${describeWait(wait)}${at}.`;
}
