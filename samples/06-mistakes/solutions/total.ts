// Every node has measured something; node 0 prints the sum.
import { spmd, SUM } from 'lockstep';

export default spmd(({ world, log }) => {
  const measured = (world.rank + 1) ** 2;
  const total = world.reduce(measured, SUM, 0);
  if (world.rank === 0) log('total', total);
});
