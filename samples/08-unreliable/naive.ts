import { spmd } from 'lockstep';
import { makeUnreliable, words } from './channel';

// Right over a reliable network. Over this one words are missing, double and out of order, until the last recv waits in vain.
export default spmd(({ world, log }) => {
  makeUnreliable(world);
  if (world.rank === 0) {
    for (const word of words) world.send(word, 1);
  } else if (world.rank === 1) {
    const got: string[] = [];
    for (let i = 0; i < words.length; i += 1) {
      got.push(world.recv<string>(0));
      log(got.join(' '));
    }
  }
});
