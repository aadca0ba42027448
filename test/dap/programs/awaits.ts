import { spmd, type Communicator } from 'lockstep';

async function hear(world: Communicator, source: number): Promise<string> {
  const request = world.irecv<string>(source, 3);
  return await request;
}

/** Node 0 awaits a message of node 1, which waits in a call for one of node 0. */
export default spmd(async ({ world, log }) => {
  if (world.rank === 1) log(world.recv<string>(0, 3));
  else log(await hear(world, 1));
});
