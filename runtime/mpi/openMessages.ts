/** What a node's messages and requests stand at: for the debugger while the program runs, for a warning at its end. */
import type { Leftovers, NodeMessages } from '../protocol/messages';
import type { Communicator } from './communicator';
import { locatedCall } from './operation';
import type { ProgressEngine } from './progressEngine';

/** So many requests, and kinds of messages, are named one by one. */
const named = 20;

/** All receives, messages, sends and requests that are open at a node. */
export function openMessages(engine: ProgressEngine): NodeMessages {
  const { matching } = engine;
  return {
    posted: [...matching.postedReceives()].map(({ communicator, source, tag }) => ({
      communicator,
      source,
      tag,
    })),
    unexpected: [...matching.unexpectedMessages()].map(({ envelope }) => envelope),
    pendingSends: [...engine.pendingSends].map(({ envelope }) => envelope),
    requests: [...engine.open].map(({ call, operation }) => ({
      ...locatedCall(call),
      done: operation?.done ?? true,
    })),
  };
}

/** The end of a program's communication: waits until its buffered sends are received; answers what it leaves behind. */
export function endMessages(engine: ProgressEngine, world: Communicator): Leftovers {
  world.detachBuffer();
  world.iprobe();
  const open = [...engine.open];
  const unreceived = new Map<string, Leftovers['unreceived'][number]>();
  for (const { envelope } of engine.matching.unexpectedMessages()) {
    const { communicator, source, tag } = envelope;
    const key = `${communicator} ${source} ${tag}`;
    const kind = unreceived.get(key);
    if (kind) kind.messages += 1;
    else if (unreceived.size < named) unreceived.set(key, { communicator, source, tag, messages: 1 });
  }
  return {
    requests: open.slice(0, named).map(({ call }) => locatedCall(call)),
    requestCount: open.length,
    unreceived: [...unreceived.values()],
    notReady: engine.notReady.slice(0, named).map(({ source, tag }) => ({ source, tag })),
    sent: [...engine.counts.sent],
    taken: [...engine.counts.taken],
  };
}
