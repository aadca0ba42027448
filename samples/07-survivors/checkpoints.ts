import type { Communicator } from 'lockstep';
import { cells } from './rod';

/** Blocks of the rod as they were after a step: this node's own, and those of the nodes before it. */
export interface Checkpoint {
  step: number;
  blocks: { first: number; block: Float64Array }[];
}

/** Each block is kept by its own node and by so many others: so many nodes may die at once. */
const copies = 2;

/** Gives the block to the next nodes on the ring, and keeps those of the nodes before. */
export function save(team: Communicator, step: number, first: number, block: Float64Array): Checkpoint {
  const { rank, size } = team;
  const blocks = [{ first, block }];
  for (let distance = 1; distance <= Math.min(copies, size - 1); distance++) {
    const next = (rank + distance) % size;
    const previous = (rank + size - distance) % size;
    blocks.push(team.sendrecv({ first, block }, next, 1, previous, 1));
  }
  return { step, blocks };
}

/** The whole rod as it was after the latest step that all nodes have kept. */
export function restore(team: Communicator, kept: Checkpoint[]): { step: number; rod: Float64Array } {
  // Who died while it saved has left some with one step more than others: these have the one before, too.
  const step = Math.min(...team.allgather(kept.at(-1)!.step));
  const mine = kept.filter((checkpoint) => checkpoint.step === step).flatMap(({ blocks }) => blocks);
  const rod = new Float64Array(cells).fill(NaN);
  for (const { first, block } of team.allgather(mine).flat()) rod.set(block, first);
  if (rod.includes(NaN)) throw new Error(`more than ${copies} neighbours died: a block is lost`);
  return { step, rod };
}
