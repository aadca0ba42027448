/** What a program's communication leaves open: told of a node that waits, and at the end. */
import type { Leftovers } from '../protocol/messages';
import type { WaitingMessages } from '../protocol/node';
import type { Communicator } from './communicator';
import { locatedCall } from './operation';
import type { ProgressEngine } from './progressEngine';

const worldContext = 0;
/** So many requests, and kinds of messages, are named one by one. */
const named = 20;
/** So many kinds of messages are told of a node that waits. */
const namedInWait = 6;
/** So many messages are looked at for that: it happens in every wait that lasts. */
const lookedAtInWait = 1000;

/** The messages that lie here for a receive on `world`, by source and tag; the first kinds of them. */
export function waitingMessages(engine: ProgressEngine): WaitingMessages[] | undefined {
  const kinds = unexpectedKinds(engine, namedInWait, lookedAtInWait).filter(
    ({ communicator }) => communicator === worldContext,
  );
  return kinds.length === 0
    ? undefined
    : kinds.map(({ source, tag, messages }) => ({ source, tag, messages }));
}

/** The end of a program's communication: waits until its buffered sends are received; answers what it leaves behind. */
export function endMessages(engine: ProgressEngine, world: Communicator): Leftovers {
  world.detachBuffer();
  engine.progress({ operation: 'finalize', communicator: world.name });
  const open = [...engine.open];
  return {
    requests: open.slice(0, named).map(({ call }) => locatedCall(call)),
    requestCount: open.length,
    windows: [...engine.groups.openWindows].slice(0, named).map(locatedCall),
    unreceived: unexpectedKinds(engine, named),
    notReady: engine.notReady.slice(0, named).map(({ source, tag }) => ({ source, tag })),
    ...engine.notices.without(engine.counts, engine.size),
    sends: engine.sendSites.located(),
    collectives: world.collectiveHistory(),
  };
}

/** Counts the messages that nobody has asked for, by communicator, source and tag; the first `most` kinds of them. */
function unexpectedKinds(engine: ProgressEngine, most: number, lookedAt = Infinity): Leftovers['unreceived'] {
  let looked = 0;
  const kinds = new Map<string, Leftovers['unreceived'][number]>();
  for (const { envelope } of engine.matching.unexpectedMessages()) {
    if (++looked > lookedAt) break;
    const { communicator, source, tag } = envelope;
    const key = `${communicator} ${source} ${tag}`;
    const kind = kinds.get(key);
    if (kind) kind.messages += 1;
    else if (kinds.size < most) kinds.set(key, { communicator, source, tag, messages: 1 });
  }
  return [...kinds.values()];
}
