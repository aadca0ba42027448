import type { Communicator } from 'lockstep';

/** Cells of the rod; its ends are kept at 0 and at 100 degrees. */
export const cells = 240;

/** The cells that a rank computes: from `first` on, up to and without `end`. */
export function share(rank: number, size: number): { first: number; end: number } {
  return { first: Math.floor((rank * cells) / size), end: Math.floor(((rank + 1) * cells) / size) };
}

/** One step of Jacobi's iteration: every cell becomes the mean of its neighbours. */
export function iterate(team: Communicator, block: Float64Array): Float64Array {
  const { rank, size } = team;
  if (rank > 0) team.send(block[0], rank - 1);
  if (rank < size - 1) team.send(block.at(-1), rank + 1);
  const before = rank > 0 ? team.recv<number>(rank - 1) : 0;
  const after = rank < size - 1 ? team.recv<number>(rank + 1) : 100;
  return block.map((_, i) => ((block[i - 1] ?? before) + (block[i + 1] ?? after)) / 2);
}
