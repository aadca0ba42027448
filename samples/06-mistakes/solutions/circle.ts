// A letter for everybody: each node writes to the node on its right.
import { spmd } from 'lockstep';

export default spmd(({ world, log }) => {
  const right = (world.rank + 1) % world.size;
  const left = (world.rank + world.size - 1) % world.size;
  world.send(`dear ${right}, yours ${world.rank}`, right);
  const letter = world.recv<string>(left);
  log(letter);
});
