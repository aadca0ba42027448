import { checkRank } from '../arguments';
import type { Communicator } from '../communicator';
import { NeighborCommunicator } from './neighborCommunicator';

/**
 * A communicator whose nodes have the neighbours that each names (MPI standard 4.0, section 8.5.4), made by
 * {@link createGraph}.
 */
export class GraphCommunicator extends NeighborCommunicator {
  readonly sources: readonly number[];
  readonly destinations: readonly number[];
  /** @internal */
  protected readonly sendOrder: readonly number[];

  /** @internal */
  constructor(
    parent: Communicator,
    context: number,
    sources: readonly number[],
    destinations: readonly number[],
  ) {
    super(...parent.forNodes(context, `${parent.name}/graph`, parent.group.members));
    this.sources = sources;
    this.destinations = destinations;
    this.sendOrder = destinations.map((_, place) => place);
  }
}

/**
 * Gives every node of a communicator neighbours (MPI_Dist_graph_create_adjacent). All nodes call it, each with its own;
 * who is a destination of a node must name it as a source.
 *
 * @param communicator whose nodes
 * @param sources ranks that this node receives from
 * @param destinations ranks that this node sends to; the same as `sources` if not said
 * @throws LockstepError `rankOutOfRange`, `collectiveMismatch`
 * @example
 * const ring = createGraph(world, [left], [right]);
 * const [fromLeft] = ring.neighborAllgather(world.rank);
 */
export function createGraph(
  communicator: Communicator,
  sources: readonly number[],
  destinations: readonly number[] = sources,
): GraphCommunicator {
  for (const source of sources) checkRank('createGraph', 'source', source, communicator);
  for (const destination of destinations) {
    checkRank('createGraph', 'destination', destination, communicator);
  }
  return new GraphCommunicator(
    communicator,
    communicator.agreeOnContext('createGraph'),
    sources,
    destinations,
  );
}
