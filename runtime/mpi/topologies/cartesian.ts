import { LockstepError } from '../../protocol/errors';
import type { Communicator } from '../communicator';
import { balancedDims, coordinatesOf, type Grid, gridSize, rankAt, shiftBy } from './grid';
import { NeighborCommunicator } from './neighborCommunicator';

/** How a grid is to be. */
export interface CartOptions {
  /** Which dimensions close to rings; none if not said. */
  periods?: readonly boolean[];
}

/**
 * A communicator whose ranks stand on a grid (MPI standard 4.0, section 8.5), made by {@link createCart}. Neighbours
 * are, for each dimension, the one before and the one after.
 */
export class CartesianCommunicator extends NeighborCommunicator {
  readonly sources: readonly number[];
  readonly destinations: readonly number[];
  /** @internal What goes to the one after comes first: the other side awaits it from the one before it first. */
  protected readonly sendOrder: readonly number[];
  private readonly grid: Grid;

  /** @internal */
  constructor(parent: Communicator, context: number, name: string, members: readonly number[], grid: Grid) {
    super(...parent.forNodes(context, name, members));
    this.grid = grid;
    const neighbours = grid.dims.flatMap((_, dimension) => {
      const { source, destination } = shiftBy(grid, this.rank, dimension, 1);
      return [source, destination];
    });
    this.sources = neighbours;
    this.destinations = neighbours;
    this.sendOrder = grid.dims.flatMap((_, dimension) => [2 * dimension + 1, 2 * dimension]);
  }

  /** Nodes along each dimension. */
  get dims(): readonly number[] {
    return this.grid.dims;
  }

  /** Which dimensions close to rings. */
  get periods(): readonly boolean[] {
    return this.grid.periods;
  }

  /** Where this node is. */
  get coordinates(): number[] {
    return coordinatesOf(this.grid, this.rank);
  }

  /** Where a rank is. */
  coordinatesOf(rank: number): number[] {
    return coordinatesOf(this.grid, rank);
  }

  /** Who is at a place; PROC_NULL beyond an end that does not close to a ring. */
  rankAt(coordinates: readonly number[]): number {
    return rankAt(this.grid, coordinates);
  }

  /**
   * From whom to receive and to whom to send, to shift data along a dimension.
   *
   * @param dimension 0 for the first
   * @param displacement how far, negative for the other way
   * @example
   * const { source, destination } = grid.shift(1, 1);
   * const fromLeft = grid.sendrecv(border, destination, 0, source, 0);
   */
  shift(dimension: number, displacement = 1): { source: number; destination: number } {
    return shiftBy(this.grid, this.rank, dimension, displacement);
  }

  /**
   * Cuts the grid into grids of fewer dimensions: its rows, its columns, its planes.
   *
   * @param remain for each dimension, whether the new grids have it
   * @throws LockstepError `badTopology` if there is not one for each dimension; `collectiveMismatch`
   * @example
   * const row = grid.sub([false, true]);
   */
  sub(remain: readonly boolean[]): CartesianCommunicator {
    const { grid, rank } = this;
    if (remain.length !== grid.dims.length) {
      throw badTopology('sub', `it takes a boolean for each of the ${grid.dims.length} dimensions`);
    }
    const pick = <T>(values: readonly T[], kept: boolean): T[] => values.filter((_, i) => remain[i] === kept);
    const fixed = (of: number): string => pick(coordinatesOf(grid, of), false).join(',');
    const ranks = Array.from({ length: this.size }, (_, of) => of).filter((of) => fixed(of) === fixed(rank));
    const context = this.agreeOnContext('split');
    const name = `${this.name}/${fixed(rank) || 'sub'}`;
    const dims = pick(grid.dims, true);
    return new CartesianCommunicator(this, context, name, this.group.include(ranks).members, {
      dims,
      periods: pick(grid.periods, true),
    });
  }
}

/**
 * Puts the first nodes of a communicator on a grid. All nodes call it.
 *
 * @param communicator whose nodes
 * @param dims nodes along each dimension; see {@link createDims}
 * @param options which dimensions close to rings
 * @returns a communicator of as many nodes as the grid has; undefined at the others
 * @throws LockstepError `badTopology` if the grid has more places than there are nodes; `collectiveMismatch`
 * @example
 * const grid = createCart(world, createDims(world.size, 2), { periods: [true, true] })!;
 * const [up, down, left, right] = grid.neighborAllgather(world.rank);
 */
export function createCart(
  communicator: Communicator,
  dims: readonly number[],
  { periods = dims.map(() => false) }: CartOptions = {},
): CartesianCommunicator | undefined {
  const grid = { dims, periods };
  const places = gridSize(grid);
  if (!dims.every((dim) => Number.isInteger(dim) && dim > 0) || periods.length !== dims.length) {
    throw badTopology('createCart', 'dims are whole numbers from 1, with a period for each');
  }
  if (places > communicator.size) {
    const problem = `a grid of ${dims.join(' × ')} has ${places} places, and ${communicator.name} has ${communicator.size} nodes`;
    throw badTopology('createCart', `${problem}. Start more nodes, or let createDims choose`);
  }
  const context = communicator.agreeOnContext('createCart');
  if (communicator.rank >= places) return undefined;
  const members = communicator.group.members.slice(0, places);
  const name = `${communicator.name}/grid`;
  return new CartesianCommunicator(communicator, context, name, members, grid);
}

/**
 * Dimensions for a grid, as equal as they can be (MPI_Dims_create).
 *
 * @param nodes how many places the grid is to have
 * @param dims how many dimensions, or the dimensions with 0 for those to be chosen
 * @throws LockstepError `badTopology` if what is given does not divide `nodes`
 * @example
 * createDims(12, 2);         // [4, 3]
 * createDims(12, [0, 2]);    // [6, 2]
 */
export function createDims(nodes: number, dims: number | readonly number[]): number[] {
  const given = typeof dims === 'number' ? new Array<number>(dims).fill(0) : dims;
  const balanced = balancedDims(nodes, given);
  if (balanced) return balanced;
  throw badTopology('createDims', `${nodes} nodes cannot be put on a grid of ${given.join(' × ')}`);
}

function badTopology(operation: string, problem: string): LockstepError {
  return new LockstepError('badTopology', { operation, problem });
}
