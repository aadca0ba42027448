import { spmd } from 'lockstep';

/** Node 0 waits in recv while there is something of each kind at it; node 1 helps it when it goes on. */
export default spmd(({ world, log }) => {
  const team = world.dup('team');
  if (world.rank === 1) {
    world.send({ early: [1, 2] }, 0, 5);
    team.send('for the team', 0, 6);
    const ready = world.recv<string>(0, 1);
    log(ready); // node 0 is about to wait
    world.send('late', 0, 7);
    world.send('answer', 0, 9);
    log(world.recv<Float64Array>(0, 8).length);
    return;
  }
  const answer = world.irecv<string>(1, 9);
  const large = world.isend(new Float64Array(20_000), 1, 8);
  world.send('ready', 1, 1);
  const late = world.recv<string>(1, 7);
  log(late, answer.wait(), world.recv(1, 5), team.recv(1, 6));
  large.wait();
});
