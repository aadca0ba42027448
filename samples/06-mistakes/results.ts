// Node 1 writes a draft, node 2 makes the final text of it. Node 0 prints the final text, and the draft below it.
import { ANY_SOURCE, spmd } from 'lockstep';

export default spmd(async ({ world, log }) => {
  if (world.rank === 0) {
    log('final:', world.recv<string>(ANY_SOURCE));
    log('draft:', world.recv<string>(1));
  } else if (world.rank === 1) {
    world.send('helo world', 0);
    world.send('helo world', 2);
  } else if (world.rank === 2) {
    const draft = world.recv<string>(1);
    await new Promise((done) => setTimeout(done, 500)); // a good text takes its time
    world.send(draft.replace('helo', 'hello'), 0);
  }
});
