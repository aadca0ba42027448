/** Node 0 gets 1,000 numbered messages from each of the others, as they come; each sender's must be in order. */
import { ANY_SOURCE, Status, spmd } from 'lockstep';

const count = 1000;

export default spmd(({ world, log }) => {
  if (world.rank > 0) {
    for (let i = 0; i < count; i += 1) world.send([world.rank, i, 'x'.repeat((i * 37) % 300)], 0, i % 3);
    return;
  }
  const next = new Array<number>(world.size).fill(0);
  const status = new Status();
  let changes = 0;
  let before = -1;
  for (let i = 0; i < count * (world.size - 1); i += 1) {
    const [rank, number, filling] = world.recv<[number, number, string]>(ANY_SOURCE, -1, status);
    if (rank !== status.source) throw new Error(`message of ${rank} came as one of ${status.source}`);
    if (number !== next[rank])
      throw new Error(`message ${number} of ${rank} came where ${next[rank]} was due`);
    if (filling.length !== (number * 37) % 300) throw new Error('the content was changed');
    next[rank] = number + 1;
    if (rank !== before) changes += 1;
    before = rank;
  }
  log(`in order, with ${changes} changes of the sender`);
});
