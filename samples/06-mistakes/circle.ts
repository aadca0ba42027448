// A letter for everybody: each node writes to the node on its right.
import { spmd } from 'lockstep';

export default spmd(({ world, log }) => {
  const right = (world.rank + 1) % world.size;
  const left = (world.rank + world.size - 1) % world.size;
  const letter = world.recv<string>(left);
  world.send(`dear ${right}, yours ${world.rank}`, right);
  log(letter);
});
