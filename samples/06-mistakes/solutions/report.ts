// Every node reports to node 0, in as many parts as it has: node 1 has one part, node 2 two, node 3 three.
import { spmd } from 'lockstep';

export default spmd(({ world, log }) => {
  if (world.rank > 0) {
    for (let part = 1; part <= world.rank; part += 1) {
      world.send(`part ${part} of ${world.rank}`, 0, world.rank);
    }
    return;
  }
  for (let rank = 1; rank < world.size; rank += 1) {
    for (let part = 1; part <= rank; part += 1) log(world.recv<string>(rank, rank));
  }
});
