import { spmd, Status, type Communicator } from 'lockstep';
import { makeUnreliable, words } from './channel';

interface Packet {
  /** Counts the words from 0. */
  number: number;
  word: string;
}

const dataTag = 1;
const ackTag = 2;
/** Longer than there and back takes, most of the time. */
const timeoutMs = 30;

// Stop and wait: the sender repeats a packet until its acknowledgement has come, and only then sends the next one.
export default spmd(async ({ world, log, args }) => {
  makeUnreliable(world);
  if (world.rank === 0) {
    let transmissions = 0;
    for (const [number, word] of words.entries()) transmissions += await deliver(world, { number, word });
    world.ibarrier().wait(); // all has arrived: node 1 may stop
    if (args.includes('count')) log(`${words.length} packets took ${transmissions} transmissions`);
  } else if (world.rank === 1) {
    log((await collect(world)).join(' '));
  } else world.ibarrier().wait();
});

/** Sends a packet until it is acknowledged; resolves with how often it was sent. */
async function deliver(world: Communicator, packet: Packet): Promise<number> {
  for (let sent = 1; ; sent += 1) {
    world.send(packet, 1, dataTag);
    const end = performance.now() + timeoutMs;
    for (let left = timeoutMs; left > 0; left = end - performance.now()) {
      const acknowledged = await receiveWithin<number>(world, 1, ackTag, left);
      if (acknowledged === packet.number) return sent;
      // An old acknowledgement came late, or twice: it says nothing about this packet.
    }
  }
}

/** Receives packets, each once and in order, and acknowledges every one, also those that it has already. */
async function collect(world: Communicator): Promise<string[]> {
  const got: string[] = [];
  // Who has all the words must not leave: its last acknowledgement may be lost, and the sender would ask for ever.
  const over = world.ibarrier();
  while (!over.test()[0]) {
    const packet = await receiveWithin<Packet>(world, 0, dataTag, timeoutMs);
    if (packet === undefined) continue;
    if (packet.number === got.length) got.push(packet.word);
    world.send(packet.number, 0, ackTag);
  }
  return got;
}

/** The next message, if it comes within so many milliseconds. */
async function receiveWithin<T>(
  world: Communicator,
  source: number,
  tag: number,
  ms: number,
): Promise<T | undefined> {
  const request = world.irecv<T>(source, tag);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([request, late]);
  clearTimeout(timer);
  request.cancel(); // does nothing if the message has come
  const status = new Status();
  const value = request.wait(status);
  return status.cancelled ? undefined : value;
}
