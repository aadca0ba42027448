import { AgreedCalls } from '../agreedCalls';
import type { NumberArray } from '../layout';
import { type ArrayType, newArray, typeOf } from './elements';
import { checkArray, openWindow } from './openWindow';
import type { Window } from './window';

/** The calls of a communicator that make windows for one-sided communication (MPI standard 4.0, section 12.2). */
export abstract class WindowCalls extends AgreedCalls {
  /**
   * Lets all nodes of the communicator access a typed array of each: a window. The array stays where it is, in this
   * node's own memory; what others do to it is done while this node is in a communication call (see
   * {@link allocateWindow} for memory that needs no call). All nodes call it, each with an array of the same type; the
   * lengths may differ, and be 0.
   *
   * @param array this node's part, or a `subarray`
   * @param name its name, for people; the same at all nodes; `window 1`, `window 2`, … if not said
   * @throws LockstepError `badWindow` if it is no typed array, or the types differ; `collectiveMismatch`
   * @example
   * const window = world.createWindow(new Float64Array(10));
   * window.fence();
   * window.put(Float64Array.of(1.5), (world.rank + 1) % world.size, 3);
   * window.fence();                            // now it is there
   */
  createWindow<A extends NumberArray>(array: A, name?: string): Window<A> {
    checkArray('createWindow', array);
    const word = { type: typeOf(array).name, length: array.length };
    return this.makeWindow('createWindow', word, name, typeOf(array), () => array);
  }

  /**
   * Makes a window of new memory, all zero: `window.memory` is this node's part. Between the nodes of one machine it is
   * memory that all of them have mapped, so that a node may compute while others access its part
   * (`window.isShared`); elsewhere it is as with {@link createWindow}.
   *
   * @param type class of the elements: `Float64Array`, `Int32Array`, `BigInt64Array`, …; the same at all nodes
   * @param length number of elements of this node's part; may differ, and be 0
   * @param name as for `createWindow`
   * @throws LockstepError `badWindow`, `collectiveMismatch`
   * @example
   * const counter = world.allocateWindow(Int32Array, world.rank === 0 ? 1 : 0);
   * counter.lockAll();
   * const ticket = counter.fetchAndOp(1, 0);   // a number of one's own
   * counter.unlockAll();
   */
  allocateWindow<A extends NumberArray>(type: ArrayType<A>, length: number, name?: string): Window<A> {
    checkArray('allocateWindow', newArray(type, 0), length);
    return this.makeWindow('allocateWindow', { type: type.name, length }, name, type, undefined);
  }

  private makeWindow<A extends NumberArray>(
    call: 'createWindow' | 'allocateWindow',
    own: { type: string; length: number },
    name: string | undefined,
    type: ArrayType<A>,
    array: (() => A) | undefined,
  ): Window<A> {
    const { engine, group, context } = this;
    return openWindow(
      { engine, group, context, communicator: this.name, call, type, own, name, array },
      (word) => this.allWords(call, word),
    );
  }
}
