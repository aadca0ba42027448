import { spmd } from 'lockstep';

export default spmd(({ world, log }) => {
  const first = world.rank;
  log('first', first);
  debugger;
  log('second', first);
});
