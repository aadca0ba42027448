// The first node has read the settings, and gives them to all.
import { spmd } from 'lockstep';

export default spmd(({ world, log }) => {
  const first = 0;
  const settings = world.rank === first ? { steps: 10 } : undefined;
  const agreed = world.bcast(settings, first);
  log(agreed);
});
