import { spmd, SUM } from 'lockstep';
import { describe, Walk } from './walk';

const scale = 10;
let rounds = 0;

export default spmd(({ world, log }) => {
  const right = (world.rank + 1) % world.size;
  const left = (world.rank + world.size - 1) % world.size;
  const walk = new Walk(world.rank);
  for (let round = 0; round < 3; round += 1) {
    const message = { round, from: world.rank };
    world.send(message, right, 7);
    const received = world.recv<{ round: number; from: number }>(left, 7);
    rounds += 1;
    walk.visit(received.from);
  }
  const total = world.allreduce(world.rank * scale, SUM);
  log(describe(walk, total), 'in', rounds, 'rounds');
});
