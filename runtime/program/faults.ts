/** What goes wrong on purpose, by a program's wish: for programs that are to stand it. */
import type { Edges, Fault, Ranks } from '../protocol/faults';

let inject: ((fault: Fault) => void) | undefined;

/** Connects the calls of this module to the node that runs the program. */
export function connectFaults(to: (fault: Fault) => void): void {
  inject = to;
}

function request(fault: Fault): void {
  inject?.(fault);
}

/**
 * Faults on purpose. Each call returns when all nodes know of it; it holds from each node's next communication call on. A
 * later fault of the same kind takes the place of the earlier one on its edges. Ranks are those of `world`; left out,
 * `from` and `to` are all nodes.
 *
 * Messages are late, and neither lost nor doubled nor out of order, as over TCP, which hides all that. With `raw: true` those of
 * point-to-point calls are datagrams: a message may be lost, come twice, or be overtaken. Collectives and windows
 * stay reliable.
 *
 * All calls throw LockstepError `badFault` for a rank, a rate or a time that there is not.
 */
export const faults = {
  /** Each message takes `ms` milliseconds longer, give or take up to `jitter`. */
  delay(what: Edges & { ms: number; jitter?: number }): void {
    request({ fault: 'delay', ...what });
  },
  /** So many megabits a second pass. */
  bandwidth(what: Edges & { mbit: number }): void {
    request({ fault: 'bandwidth', ...what });
  },
  /** This share of the messages, 0 to 1, is lost: it is sent again after 200 ms, or, if raw, gone. */
  loss(what: Edges & { rate: number; raw?: boolean }): void {
    request({ fault: 'loss', ...what });
  },
  /** This share of the messages comes twice; unless raw, nobody notices. */
  duplicate(what: Edges & { rate: number; raw?: boolean }): void {
    request({ fault: 'duplicate', ...what });
  },
  /** This share of the messages takes `ms` (20) longer; if raw, others overtake it. */
  reorder(what: Edges & { rate: number; ms?: number; raw?: boolean }): void {
    request({ fault: 'reorder', ...what });
  },
  /**
   * Nothing passes between the two sides: it waits until `heal`, or, if raw, is lost.
   *
   * @example
   * faults.cut([0, 1], [2, 3]);
   */
  cut(one: Ranks, other: Ranks, options: { oneWay?: boolean; raw?: boolean } = {}): void {
    request({ fault: 'cut', sides: [one, other], ...options });
  },
  /** Ends all faults; stopped nodes go on. Who was killed stays dead. */
  heal(): void {
    request({ fault: 'heal' });
  },
  /** Kills a node's process. */
  kill(node: number): void {
    request({ fault: 'kill', node });
  },
  /** Stops a node's process (SIGSTOP). After 5 s it counts as dead. */
  stop(node: number): void {
    request({ fault: 'stop', node });
  },
  /** Lets a stopped or slowed node's process go on (SIGCONT). */
  continue(node: number): void {
    request({ fault: 'continue', node });
  },
  /** Slows a node's process down to this share of a processor, 0 to 1. */
  slow(node: number, share: number): void {
    request({ fault: 'slow', node, share });
  },
};
