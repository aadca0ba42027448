/** A node that can never go on, as the explanation and its advice look at it. */
import { basename } from 'node:path';
import type { Standing } from './deadlock';
import { type Call, isReceive, isSend, type SourceLocation, type Wait } from '../protocol/node';

export interface StuckNode {
  rank: number;
  wait: Wait;
}

/** The stuck nodes of a job with what they wait for. */
export function stuckWaits(nodes: readonly Standing[], stuck: readonly number[]): StuckNode[] {
  return stuck.map((rank) => ({ rank, wait: (nodes[rank] as { wait: Wait }).wait }));
}

/** The single calls that a wait is about: itself, or the requests that it waits for. */
export function callsOf({ wait }: StuckNode): Call[] {
  return wait.requests ?? [wait];
}

const requestCalls = new Set([
  'wait',
  'waitAll',
  'waitAny',
  'waitSome',
  'await',
  'sendrecv',
  'sendrecvReplace',
]);

/** Neither a send nor a receive, and not what waits for such. */
export function isCollective({ operation, tag, window, collective }: Call): boolean {
  if (window !== undefined) return collective !== undefined;
  return tag === undefined && !isSend(operation) && !isReceive(operation) && !requestCalls.has(operation);
}

/** ` at ring.ts:8`, or nothing where the place is not known. */
export function place(at: SourceLocation | undefined): string {
  return at ? ` at ${basename(at.file)}:${at.line}` : '';
}

/** `node 2`, `nodes 0, 1, 3`. */
export function nameNodes(ranks: readonly number[]): string {
  return ranks.length === 1 ? `node ${ranks[0]}` : `nodes ${ranks.join(', ')}`;
}

/** A sentence with its first letter in upper case. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
