// Each node sends its border to both neighbours, computes, and looks at the borders that came.
import { spmd } from 'lockstep';

export default spmd(({ world, log }) => {
  const right = (world.rank + 1) % world.size;
  const left = (world.rank + world.size - 1) % world.size;
  const border = new Float64Array(10).fill(world.rank);
  const toLeft = world.isend(border, left);
  world.isend(border, right);
  const fromLeft = world.irecv<Float64Array>(left);
  const fromRight = world.irecv<Float64Array>(right);
  log('neighbours', fromLeft.wait()[0], fromRight.wait()[0]);
  toLeft.wait();
});
