import { basename } from 'node:path';
import type { Leftovers } from '../protocol/messages';
import { type Call, describeCall } from '../protocol/node';

/** Warnings about what the programs of a job left behind, by rank; each with the rank that it is about. */
export function describeLeftovers(
  nodes: readonly (Leftovers | undefined)[],
): { rank: number; text: string }[] {
  return nodes.flatMap((left, rank) => {
    if (left === undefined) return [];
    return [...requestsOf(left), ...unreceivedBy(rank, nodes), ...notReadyOf(left)].map((text) => ({
      rank,
      text: `Warning: ${text}`,
    }));
  });
}

function requestsOf({ requests, requestCount }: Leftovers): string[] {
  if (requestCount === 0) return [];
  const more = requestCount > requests.length ? ` and ${requestCount - requests.length} more` : '';
  const calls = requests.map(placed).join(', ');
  return [
    `${counted(requestCount, 'request was', 'requests were')} never completed: ${calls}${more}. Call wait, test or waitAll on every request, or await it.`,
  ];
}

function unreceivedBy(rank: number, nodes: readonly (Leftovers | undefined)[]): string[] {
  const left = nodes[rank] as Leftovers;
  const kinds = left.unreceived
    .filter(({ communicator }) => communicator % 2 === 0) // the odd contexts are those of collectives
    .map(({ source, tag, messages }) => ({ messages, from: `from node ${source} with tag ${tag}` }));
  nodes.forEach((other, source) => {
    const messages = other ? ((other.sent[rank] ?? 0) - (left.taken[source] ?? 0)) >>> 0 : 0;
    if (messages > 0) kinds.push({ messages, from: `from node ${source}, sent after this node had ended` });
  });
  const total = kinds.reduce((sum, { messages }) => sum + messages, 0);
  if (total === 0) return [];
  const list = kinds.map(({ messages, from }) => `${messages} ${from}`).join(', ');
  return [
    `${counted(total, 'message was', 'messages were')} never received: ${list}. Every send needs a recv with its source and tag.`,
  ];
}

function notReadyOf({ notReady }: Leftovers): string[] {
  const [first] = notReady;
  if (first === undefined) return [];
  const many = counted(notReady.length, 'message of rsend', 'messages of rsend');
  return [
    `${many} came before the receive was posted, the first from node ${first.source} with tag ${first.tag}. Post the receive before the other node sends, or use send.`,
  ];
}

function placed(call: Call): string {
  const { at } = call;
  return at ? `${describeCall(call)} at ${basename(at.file)}:${at.line}` : describeCall(call);
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
