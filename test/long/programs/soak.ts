/**
 * Messages without end, each of them checked: node 0 and the others send numbered messages around a ring. A message that is
 * lost, doubled or out of order is not the one that is due. Arguments: messages in all; how often to say how it goes.
 */
import { ANY_SOURCE, spmd } from 'lockstep';

/** So many are on their way at a time, between each two nodes. */
const burst = 256;
const tags = 7;
/** What the heap and the rings take is taken by then. */
const warmUpShare = 0.2;

export default spmd(({ world, log, args }) => {
  const { rank, size } = world;
  const [total = 1e6, reports = 10] = args.map(Number);
  const each = Math.ceil(total / size / burst) * burst;
  const [left, right] = [(rank + size - 1) % size, (rank + 1) % size];
  const out = new Float64Array(1);
  const into = new Float64Array(1);
  const began = performance.now();
  let rssBefore = 0;
  for (let next = 0, said = 0; next < each; next += burst) {
    for (let i = next; i < next + burst; i += 1) {
      out[0] = i;
      world.send(out, right, i % tags);
    }
    for (let i = next; i < next + burst; i += 1) {
      world.recvInto(into, left, i % tags);
      if (into[0] !== i)
        throw new Error(`message ${into[0]} of node ${left} came where message ${i} was due`);
    }
    if (rssBefore === 0 && next >= warmUpShare * each) rssBefore = process.memoryUsage.rss();
    if (rank !== 0 || next < ((said + 1) * each) / reports) continue;
    said += 1;
    const seconds = (performance.now() - began) / 1000;
    const rate = (next * size) / seconds;
    log(
      `${megas(next * size)} of ${megas(each * size)} messages, ${Math.round(rate)} a second, ${mib(process.memoryUsage.rss())} MiB`,
    );
  }
  world.barrier();
  if (world.iprobe(ANY_SOURCE)) throw new Error('a message is left over');
  const growth = world.allgather(mib(process.memoryUsage.rss() - rssBefore));
  const seconds = (performance.now() - began) / 1000;
  const limit = 24;
  if (Math.max(...growth) > limit)
    throw new Error(`memory grows: ${growth.join(', ')} MiB since the first fifth`);
  if (rank === 0) {
    log(
      `${each * size} messages on ${size} nodes in ${seconds.toFixed(0)} s: none lost, doubled or out of order; memory grew by ${growth.join(', ')} MiB since the first fifth`,
    );
  }
});

const megas = (count: number): string => `${(count / 1e6).toFixed(1)} M`;
const mib = (bytes: number): number => Math.round(bytes / 2 ** 20);
