/** The hello of `bench start`: each node greets the next one and prints what it was told. */
import { spmd } from 'lockstep';

export default spmd(({ world, log }) => {
  world.send(`Hello from node ${world.rank}`, (world.rank + 1) % world.size);
  log(world.recv<string>((world.rank + world.size - 1) % world.size));
});
