/**
 * A ring of greetings.
 *
 *     0 → 1 → 2 → 3
 *     ↑___________↓
 *
 * Every node runs this same program. What differs is its rank: node 0 has rank 0, node 1 has rank 1, and so on.
 * Each node greets the node to its right and waits for the greeting from its left.
 */
import { spmd } from 'lockstep';

export default spmd(({ world, log }) => {
  const right = (world.rank + 1) % world.size;
  const left = (world.rank + world.size - 1) % world.size;

  world.send(`Hello from node ${world.rank}`, right);
  const greeting = world.recv<string>(left); // stops here until the greeting has come

  log(`"${greeting}"`);
});
