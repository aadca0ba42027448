import { decode } from '../../core/codec';
import type { Payload } from '../../protocol/envelope';
import { PROC_NULL } from '../../protocol/envelope';
import { LockstepError } from '../../protocol/errors';
import type { Plan } from '../collectives/plan';
import type { Schedule } from '../collectives/schedule';
import { Communicator } from '../communicator';

/**
 * A communicator whose nodes have neighbours, and the collectives among these (MPI standard 4.0, section 8.6): every
 * node sends to its destinations and receives from its sources, all at once.
 */
export abstract class NeighborCommunicator extends Communicator {
  /** Ranks that this node receives from, in order; PROC_NULL for a neighbour that is not there. */
  abstract readonly sources: readonly number[];
  /** Ranks that this node sends to, in order. */
  abstract readonly destinations: readonly number[];
  /** @internal Places in `destinations`, in the order in which to send: as the receivers await it. */
  protected abstract readonly sendOrder: readonly number[];

  /**
   * Gives a value to all destinations.
   *
   * @param data any structured-clonable value
   * @returns the values of the sources, in their order; undefined for a neighbour that is not there
   * @throws LockstepError `notClonable`, `frameTooLarge`, `collectiveMismatch`
   * @example
   * const [up, down, left, right] = grid.neighborAllgather(temperature);
   */
  neighborAllgather<T>(data: T): (T | undefined)[] {
    return this.collectives.run('neighborAllgather', {}, (node) =>
      this.planExchange<T>(() => node.encode(data)),
    );
  }

  /**
   * Gives each destination a value of its own: what the exchange of borders is.
   *
   * @param data a value for each destination, in their order; what is for a neighbour that is not there goes nowhere
   * @returns the values of the sources, in their order; undefined for a neighbour that is not there
   * @throws LockstepError `badCount` if there is not a value for each; else as `neighborAllgather`
   */
  neighborAlltoall<T>(data: readonly T[]): (T | undefined)[] {
    const { destinations } = this;
    if (data.length !== destinations.length) {
      const problem = `it takes a value for each of the ${destinations.length} destinations, and got ${data.length}`;
      throw new LockstepError('badCount', { operation: 'neighborAlltoall', problem });
    }
    return this.collectives.run('neighborAlltoall', {}, (node) =>
      this.planExchange<T>((place) => node.encode(data[place])),
    );
  }

  private planExchange<T>(payloadFor: (place: number) => Payload): Plan<(T | undefined)[]> {
    const { sources, destinations, sendOrder } = this;
    return { algorithm: 'linear', schedule: exchange() };

    function* exchange(): Schedule<(T | undefined)[]> {
      const sends = sendOrder
        .filter((place) => destinations[place] !== PROC_NULL)
        .map((place) => ({ to: destinations[place] as number, payload: payloadFor(place) }));
      const received = yield { sends, receives: sources.filter((source) => source !== PROC_NULL) };
      let next = 0;
      return sources.map((source) =>
        source === PROC_NULL ? undefined : (decode(received[next++] as Payload) as T),
      );
    }
  }
}
