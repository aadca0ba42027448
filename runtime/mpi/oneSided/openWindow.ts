/** Makes a window: all nodes tell each other what they have, map each other's memory where they can, and open it. */
import type { MemorySharing, SharedBytes } from '../../transport/endpoint';
import { show } from '../arguments';
import type { Group } from '../group';
import type { NumberArray } from '../layout';
import type { ProgressEngine } from '../progressEngine';
import { type ArrayType, badWindow, newArray } from './elements';
import { LockTable } from './lockTable';
import { Part } from './part';
import { Window } from './window';

/** What a node wants of a new window. */
export interface WindowWish<A extends NumberArray> {
  engine: ProgressEngine;
  group: Group;
  /** Context and name of the communicator. */
  context: number;
  communicator: string;
  call: 'createWindow' | 'allocateWindow';
  type: ArrayType<A>;
  own: { type: string; length: number };
  name: string | undefined;
  /** The memory of this node's part, where there is some; else it is to be made. */
  array: (() => A) | undefined;
}

/** What a node tells the others of its part. */
interface PartWord {
  type: string;
  length: number;
  /** Where the others find its memory; absent where they cannot reach it. */
  path?: string;
  /** Lowest context, and number of a window, that it has not used. */
  context: number;
  number: number;
}

type SharedPart = ReturnType<MemorySharing['make']>;

/** The cells of the lock come first in shared memory, then the elements, on a page of their own. */
const pageBytes = 4096;

/** Throws LockstepError(badWindow) unless it is a typed array, and the length is one. */
export function checkArray(call: string, array: unknown, length = 0): void {
  if (!ArrayBuffer.isView(array) || array instanceof DataView) {
    throw badWindow(call, `a window is made of a typed array, and got ${show(array)}`);
  }
  if (!Number.isInteger(length) || length < 0) {
    throw badWindow(call, `the length ${show(length)} is not a whole number from 0 on`);
  }
}

/** The window, once all nodes have it. `tellAll` exchanges a word with all nodes of the communicator. */
export function openWindow<A extends NumberArray>(
  wish: WindowWish<A>,
  tellAll: (word: PartWord) => PartWord[],
): Window<A> {
  const { engine, group, own, type, call } = wish;
  const made = wish.array ? undefined : makeShared(wish);
  const words = tellAll({
    ...own,
    path: made?.path,
    context: engine.groups.next,
    number: engine.groups.windows + 1,
  });
  const isShared = words.every((word) => word.path !== undefined);
  if (made && !isShared) giveUp(made, engine);
  const other = words.findIndex((word) => word.type !== own.type);
  if (other >= 0) {
    if (made && isShared) giveUp(made, engine);
    throw badWindow(
      call,
      `rank ${other} gives a ${words[other]?.type}, and rank ${group.rank} a ${own.type}; all parts have one type`,
    );
  }
  const context = Math.max(...words.map((word) => word.context));
  const number = Math.max(...words.map((word) => word.number));
  engine.groups.add(context, group);
  engine.failures.inherit(wish.context, context);
  engine.groups.windows = number;
  const isGone = (rank: number): boolean => engine.failures.failed.has(group.members[rank] ?? -1);
  const { sharing } = engine;
  const mapped: SharedBytes[] = [];
  const map = ({ path, length }: PartWord, rank: number): Part<A> => {
    const bytes = sharedBytes(group.size, type, length);
    const memory =
      rank === group.rank && made ? made.memory : (sharing as MemorySharing).map(path as string, bytes);
    mapped.push(memory);
    const elements = new type(memory, elementsOffset(group.size), length);
    return new Part(elements, new LockTable(memory, group.size), isGone);
  };
  const memory = wish.array?.();
  const parts = isShared
    ? words.map(map)
    : [
        new Part(
          memory ?? newArray(type, own.length),
          new LockTable(new ArrayBuffer(LockTable.bytes(group.size)), group.size),
          isGone,
        ),
      ];
  const lengths = words.map(({ length }) => length);
  const name = wish.name ?? `window ${number}`;
  const opened = { operation: call, communicator: wish.communicator, window: name, site: engine.capture?.() };
  engine.groups.openWindows.add(opened);
  const release = (): void => {
    engine.groups.openWindows.delete(opened);
    mapped.forEach((each) => sharing?.release(each));
  };
  const window = new Window<A>(
    { engine, context, group, name, communicator: wish.communicator, type, lengths, isShared },
    parts,
    release,
  );
  window.settle(call);
  made?.withdraw();
  return window;
}

/** Memory that all nodes of the group can map; undefined if there is none. */
function makeShared<A extends NumberArray>({
  engine,
  group,
  type,
  own,
}: WindowWish<A>): SharedPart | undefined {
  const { sharing } = engine;
  if (!sharing || !group.members.every((member) => sharing.reaches(member))) return undefined;
  try {
    return sharing.make(sharedBytes(group.size, type, own.length));
  } catch {
    return undefined; // there is no room for it: ordinary memory will do
  }
}

function giveUp({ memory, withdraw }: SharedPart, { sharing }: ProgressEngine): void {
  withdraw();
  sharing?.release(memory);
}

const elementsOffset = (size: number): number => Math.ceil(LockTable.bytes(size) / pageBytes) * pageBytes;

const sharedBytes = <A extends NumberArray>(size: number, type: ArrayType<A>, length: number): number =>
  elementsOffset(size) + length * type.BYTES_PER_ELEMENT;
