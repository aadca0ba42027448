import { isCollectives, type Leftovers } from '../protocol/messages';
import type { Finding } from '../protocol/job';
import { type Call, describeCall, type SourceLocation } from '../protocol/node';
import { place } from './stuckNode';

/** Warnings about what the programs of a job left behind, by rank; each with the rank that it is about. */
export function describeLeftovers(nodes: readonly (Leftovers | undefined)[]): Finding[] {
  const ofNodes = nodes.flatMap((left, rank) => {
    if (left === undefined) return [];
    const found = [...requestsOf(left), ...unreceivedBy(rank, nodes), ...notReadyOf(left)];
    return found.map((warning): Finding => ({ rank, ...warning }));
  });
  return [...ofNodes, ...windowsOf(nodes)];
}

/** One thing that a node left behind. */
type Leftover = Omit<Finding, 'rank'>;

function requestsOf({ requests, requestCount }: Leftovers): Leftover[] {
  if (requestCount === 0) return [];
  const more = requestCount > requests.length ? ` and ${requestCount - requests.length} more` : '';
  const calls = requests.map(placed).join(', ');
  const text = `${counted(requestCount, 'request was', 'requests were')} never completed: ${calls}${more}. Call wait, test or waitAll on every request, or await it.`;
  return [{ text, at: requests.find(({ at }) => at)?.at }];
}

function unreceivedBy(rank: number, nodes: readonly (Leftovers | undefined)[]): Leftover[] {
  const left = nodes[rank] as Leftovers;
  const kinds = left.unreceived
    .filter(({ communicator, source }) => !isCollectives(communicator) && !left.rawSources?.includes(source))
    .map(({ communicator, source, tag, messages }): LostKind => {
      const isOne = (send: Send) => send.communicator === communicator && send.tag === tag;
      return {
        messages,
        from: `from node ${source} with tag ${tag}`,
        at: sentAt(nodes[source], rank, isOne),
      };
    });
  nodes.forEach((other, source) => {
    const messages = other ? ((other.sent[rank] ?? 0) - (left.taken[source] ?? 0)) >>> 0 : 0;
    const from = `from node ${source}, which came after this node had ended`;
    if (messages > 0 && !left.rawSources?.includes(source))
      kinds.push({ messages, from, at: sentAt(other, rank, () => true) });
  });
  const total = kinds.reduce((sum, { messages }) => sum + messages, 0);
  if (total === 0) return [];
  const list = kinds.map(({ messages, from, at }) => `${messages} ${from}${at ? ` (sent${place(at)})` : ''}`);
  const text = `${counted(total, 'message was', 'messages were')} never received: ${list.join(', ')}. Every send needs a recv with its source and tag.`;
  return [{ text, at: kinds.find(({ at }) => at)?.at }];
}

/** A window is of several nodes: it is told once, of the first of them. */
function windowsOf(nodes: readonly (Leftovers | undefined)[]): Finding[] {
  const told = new Map<string, Finding>();
  for (const [rank, left] of nodes.entries()) {
    for (const call of left?.windows ?? []) {
      const made = placed(call);
      const text = `a window was never freed: ${made}. Let all nodes call free() on it at the end: what others have asked of it may else be left undone.`;
      if (!told.has(made)) told.set(made, { rank, text, at: call.at });
    }
  }
  return [...told.values()];
}

type Send = Leftovers['sends'][number];

interface LostKind {
  messages: number;
  from: string;
  at: SourceLocation | undefined;
}

/** Where a node sends such messages to another, if that is one place as far as is known. */
function sentAt(
  sender: Leftovers | undefined,
  destination: number,
  isOne: (send: Send) => boolean,
): SourceLocation | undefined {
  const places = (sender?.sends ?? []).filter((send) => send.destination === destination && isOne(send));
  return places.length === 1 ? places[0]?.at : undefined;
}

function notReadyOf({ notReady }: Leftovers): Leftover[] {
  const [first] = notReady;
  if (first === undefined) return [];
  const many = counted(notReady.length, 'message of rsend', 'messages of rsend');
  const text = `${many} came before the receive was posted, the first from node ${first.source} with tag ${first.tag}. Post the receive before the other node sends, or use send.`;
  return [{ text }];
}

function placed(call: Call): string {
  return `${describeCall(call)}${place(call.at)}`;
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
