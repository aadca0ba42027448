// Node 0 asks, node 1 answers.
import { spmd } from 'lockstep';

const question = 1;
const answer = 2;

export default spmd(({ world, log }) => {
  if (world.rank === 0) {
    world.send('how are you?', 1, question);
    log(world.recv<string>(1, answer));
  }
  if (world.rank === 1) {
    log(world.recv<string>(0, question));
    world.send('fine, thank you', 0, question);
  }
});
