import { spmd } from 'lockstep';

class Refused extends Error {
  constructor(readonly code: number) {
    super(`refused with ${code}`);
    this.name = 'Refused';
  }
}

function refuse(code: number): never {
  throw new Refused(code);
}

export default spmd(({ world, log }) => {
  for (const code of [6, 7]) {
    try {
      refuse(code);
    } catch (error) {
      log('caught', (error as Refused).code);
    }
  }
  world.barrier();
  if (world.rank === 1) refuse(8);
  world.recv(1, 9);
});
