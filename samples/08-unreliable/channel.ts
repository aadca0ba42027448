import { faults, type Communicator } from 'lockstep';

/** What node 0 has to tell node 1. */
export const words =
  'A datagram may be lost, come twice, or be overtaken by one that was sent after it.'.split(' ');

/** From now on messages between node 0 and node 1 are datagrams. */
export function makeUnreliable(world: Communicator): void {
  if (world.rank === 0) {
    faults.delay({ ms: 2, jitter: 1 });
    faults.loss({ rate: 0.25, raw: true });
    faults.duplicate({ rate: 0.2, raw: true });
    faults.reorder({ rate: 0.2, ms: 10, raw: true });
  }
  world.barrier(); // collectives stay reliable
}
