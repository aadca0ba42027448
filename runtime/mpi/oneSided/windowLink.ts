/**
 * What the nodes of a window say to each other: notices in the window's context, whose tag tells what they are. Here is
 * how they are sent and read; what is done about them is in `target.ts` and `origin.ts`.
 */
import { decode, encode, keepPayload } from '../../core/codec';
import type { Message } from '../../protocol/envelope';
import { LockstepError } from '../../protocol/errors';
import type { Wait } from '../../protocol/node';
import type { Group } from '../group';
import type { NumberArray } from '../layout';
import type { ProgressEngine } from '../progressEngine';

/** What a notice of a window is. The numbers travel: append only. */
export const windowNotices = {
  /** To the target: its elements are wanted, or are to change. */
  put: 0,
  accumulate: 1,
  get: 2,
  fetch: 3,
  swap: 4,
  /** To the target: an answer once all that came before is done. */
  flush: 5,
  lock: 6,
  unlock: 7,
  /** To the origin. */
  answer: 8,
  locked: 9,
  /** The lock is held: by whom. */
  held: 10,
  /** The lock may be free: try again. */
  released: 11,
  /** An epoch of post and start: the part is open; its access is over. */
  posted: 12,
  completed: 13,
} as const;

/** Numbers that a notice carries, in the order in which its reader expects them. */
export type Numbers = readonly number[];

/** A notice taken apart. */
export interface WindowNotice<A extends NumberArray> {
  kind: number;
  from: number;
  numbers: Numbers;
  data: readonly A[];
}

/** One for each window of a node: sends its notices and waits for answers. */
export class WindowLink<A extends NumberArray> {
  readonly rank: number;
  readonly size: number;

  constructor(
    readonly engine: ProgressEngine,
    private readonly context: number,
    readonly group: Group,
    readonly window: string,
    private readonly communicator: string,
    /** Name of the elements' class. */
    private readonly elements: string,
  ) {
    this.rank = group.rank as number;
    this.size = group.size;
  }

  /** From now on `handle` gets what comes. */
  open(handle: (notice: WindowNotice<A>, wait: Wait) => void): void {
    this.engine.notices.on(this.context, (message, from, wait) => handle(this.read(message, from), wait));
  }

  close(): void {
    this.engine.notices.off(this.context);
  }

  send(kind: number, to: number, numbers: Numbers, data: readonly A[], wait: Wait): void {
    const payload = keepPayload(encode([numbers, data], this.window));
    this.engine.notices.send(this.context, to, kind, payload, wait);
  }

  /** Blocks until `condition` holds; throws if a node is gone that could bring it about. */
  block(condition: () => boolean, wait: Wait): void {
    const { engine, context } = this;
    engine.blockUntil(() => {
      if (condition()) return true;
      if (engine.failures.any) engine.failures.checkWait(context, wait);
      return false;
    }, wait);
  }

  /** A wait in a call of the window: for a node, or for those that `waitsFor` names then, by their ranks here. */
  waitIn(operation: string, rank: number | undefined, waitsFor?: () => readonly number[]): Wait {
    const { members } = this.group;
    const peer = rank === undefined ? undefined : members[rank];
    const wait: Wait = { operation, communicator: this.communicator, window: this.window, peer };
    return Object.defineProperty(wait, 'waitsFor', {
      enumerable: true,
      get: () => (waitsFor ? waitsFor().map((each) => members[each]) : peer === undefined ? [] : [peer]),
    });
  }

  /** Bytes from a peer are data: whatever does not fit is refused here. */
  private read({ envelope, payload }: Message, from: number): WindowNotice<A> {
    const value = decode(payload);
    if (Array.isArray(value)) {
      const [numbers, data] = value as [unknown, unknown];
      const fits = (each: unknown) => ArrayBuffer.isView(each) && each.constructor.name === this.elements;
      if (
        Array.isArray(numbers) &&
        numbers.every(Number.isInteger) &&
        Array.isArray(data) &&
        data.every(fits)
      ) {
        return { kind: envelope.tag, from, numbers: numbers as number[], data: data as A[] };
      }
    }
    throw malformed(from, this.window);
  }
}

/** The error of a notice that no node of ours would send. */
export function malformed(from: number, window: string): LockstepError {
  return new LockstepError('malformed', {
    problem: `rank ${from} says something to ${window} that is not of it`,
  });
}
