/** Intercommunicators for the cases of the suite. */
import type { Communicator } from '../communicator';
import type { Intercommunicator } from '../intercommunicators/intercommunicator';
import { type Mpi, ranks } from './check';

/** Two groups of a communicator's nodes, from one of them. */
export interface Bridge {
  inter: Intercommunicator;
  /** True in the group of `world`'s rank 0. */
  isFirst: boolean;
  /** Ranks of world, by rank in the group. */
  own: number[];
  theirs: number[];
  /** What it was made for, for messages. */
  what: string;
}

/** Joins the nodes in two groups, in each of some ways: a single node and the rest, halves, every second node. */
export function* bridges(world: Communicator, mpi: Mpi): Generator<Bridge> {
  const { rank, size } = world;
  const ways: [what: string, isFirst: (rank: number) => boolean][] = [
    ['1 and the rest', (each) => each === 0],
    ['halves', (each) => each < size / 2],
    ['every second', (each) => each % 2 === 0],
  ];
  for (const [what, belongs] of ways) {
    const isFirst = belongs(rank);
    const [first, second] = [ranks(size).filter(belongs), ranks(size).filter((each) => !belongs(each))];
    const [own, theirs] = isFirst ? [first, second] : [second, first];
    const local = world.split(isFirst ? 'first' : 'second');
    // The leaders are the last of each group.
    const inter = mpi.createIntercommunicator(local, own.length - 1, world, theirs.at(-1) ?? 0, 5);
    yield { inter, isFirst, own, theirs, what };
  }
}

/** An array of equal numbers. */
export const filled = (length: number, value: number): Float64Array => new Float64Array(length).fill(value);

/** Calls `body` in both directions and for each root: `root` is what this node passes, `at` the root's rank of world. */
export function eachRoot(
  { inter, isFirst, own, theirs }: Bridge,
  mpi: Mpi,
  body: (root: number, at: number) => void,
): void {
  for (const rootIsFirst of [true, false]) {
    const isRootGroup = isFirst === rootIsFirst;
    for (const [rank, at] of (isRootGroup ? own : theirs).entries()) {
      body(isRootGroup ? (rank === inter.rank ? mpi.ROOT : mpi.PROC_NULL) : rank, at);
    }
  }
}
