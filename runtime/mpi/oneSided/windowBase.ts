import { checkRank } from '../arguments';
import { planBarrier } from '../collectives/barrier';
import { equalCounts } from '../collectives/blocks';
import { planReduceScatter } from '../collectives/reduceScatter';
import { CollectiveRunner } from '../collectives/runner';
import type { Collective } from '../collectives/signature';
import type { Group } from '../group';
import { Layout, type NumberArray } from '../layout';
import { type Operation, SUM } from '../operations';
import type { ProgressEngine } from '../progressEngine';
import type { Access } from './access';
import { DirectAccess } from './directAccess';
import { type ArrayType, badWindow, numberOfOperation } from './elements';
import { Epochs } from './epochs';
import { MessageAccess } from './messageAccess';
import { Origin } from './origin';
import type { Part } from './part';
import { Target } from './target';
import { WindowLink } from './windowLink';

/** What a window is made of. */
export interface WindowMaking<A extends NumberArray> {
  engine: ProgressEngine;
  context: number;
  group: Group;
  name: string;
  communicator: string;
  type: ArrayType<A>;
  lengths: readonly number[];
  isShared: boolean;
}

/** What all calls of a window share. */
export abstract class WindowBase<A extends NumberArray> {
  /** For people. */
  readonly name: string;
  /** Number of elements of each rank's part. */
  readonly lengths: readonly number[];
  /** True if all nodes reach all parts directly, in memory that they share. */
  readonly isShared: boolean;
  protected readonly link: WindowLink<A>;
  protected readonly origin: Origin<A>;
  protected readonly target: Target<A>;
  protected readonly epochs: Epochs;
  protected readonly accesses: readonly Access<A>[];
  protected readonly collectives: CollectiveRunner;
  /** By rank: changes begun there since the last fence, by message. */
  protected readonly changes: Int32Array;
  protected fences = 0;
  private isOpen = true;

  /** @internal `parts` are those of all ranks where they are shared, else this node's own. */
  constructor(
    private readonly making: WindowMaking<A>,
    parts: readonly Part<A>[],
    protected readonly release: () => void,
  ) {
    const { engine, context, group, name, communicator, type, lengths, isShared } = making;
    const rank = group.rank as number;
    [this.name, this.lengths, this.isShared] = [name, lengths, isShared];
    this.ownPart = (isShared ? parts[rank] : parts[0]) as Part<A>;
    const link = new WindowLink<A>(engine, context, group, name, communicator, type.name);
    const origin = new Origin(link);
    this.link = link;
    this.origin = origin;
    this.target = new Target(link, this.ownPart);
    this.epochs = new Epochs(name, rank);
    this.changes = new Int32Array(group.size);
    this.accesses = lengths.map((_, of) =>
      isShared
        ? new DirectAccess(link, origin, parts[of] as Part<A>, of)
        : new MessageAccess(link, origin, of),
    );
    this.collectives = new CollectiveRunner(engine, context + 1, {
      rank,
      size: group.size,
      name: communicator,
      window: name,
    });
    link.open((notice, wait) => void (this.target.handle(notice, wait) || origin.handle(notice)));
  }

  protected readonly ownPart: Part<A>;

  /** This node's part. What others do to it may be seen at any time; after the end of an epoch it is. */
  get memory(): A {
    this.checkOpen('memory');
    return this.ownPart.memory;
  }

  /** @internal Waits for all nodes in a call that all make. */
  settle(call: Collective): void {
    this.collectives.run(call, {}, (node) => planBarrier(node));
  }

  protected fetch(call: string, values: A, target: number, offset: number, operation: Operation): A {
    numberOfOperation(call, operation, this.elementType);
    this.begin(call, target, offset, values.length, false);
    return this.access(target).fetch(offset, values, operation);
  }

  /** Waits for the changes that all nodes have made here since the last fence. */
  protected awaitChanges(): void {
    const { target, fences, link } = this;
    const counts = equalCounts('fence', link.size, link.size);
    const made = this.changes.slice();
    const [due = 0] = this.collectives.run('fence', {}, (node) => planReduceScatter(node, made, counts, SUM));
    const parity = fences % 2 === 0 ? 0 : 1;
    link.block(() => target.changes[parity] >= due, link.waitIn('fence', undefined));
    target.changes[parity] = 0;
    this.changes.fill(0);
  }

  /** The window is over at this node. */
  protected close(): void {
    this.isOpen = false;
    this.link.close();
    this.release();
  }

  /** Name of the elements' class. */
  protected get elementType(): string {
    return this.making.type.name;
  }

  /** Throws LockstepError(badWindow) once the window was freed. */
  protected checkOpen(call: string): void {
    if (!this.isOpen) throw badWindow(call, `${this.name} was freed`);
  }

  /** Checks a rank that a call names. */
  protected check(call: string, rank: number): void {
    this.checkOpen(call);
    const { communicator, group } = this.making;
    checkRank(call, 'rank', rank, { name: communicator, size: group.size });
  }

  /** Checks an access; answers the number of the fence whose epoch it is in, -1 for other epochs. */
  protected begin(call: string, target: number, offset: number, length: number, changes = true): number {
    this.check(call, target);
    const there = this.lengths[target] as number;
    if (!Number.isInteger(offset) || offset < 0 || offset + length > there) {
      const has = there === 0 ? 'no elements' : there === 1 ? 'one element, 0' : `elements 0 to ${there - 1}`;
      const problem = `rank ${this.link.rank} asks for ${elements(offset, length)} of ${this.name} at rank ${target}, where it has ${has}`;
      throw badWindow(call, problem);
    }
    const epoch = this.epochs.access(call, target, elements(offset, length));
    if (epoch !== 'fence') return -1;
    if (changes && !this.isShared) this.changes[target]! += 1;
    return this.fences;
  }

  protected access(target: number): Access<A> {
    return this.accesses[target] as Access<A>;
  }

  /** The elements of what a program passes. */
  protected elementsOf(call: string, data: A | Layout<A>): A {
    this.checkType(call, data);
    return data instanceof Layout ? data.pack() : data;
  }

  /** Throws LockstepError(badWindow) for elements of another type than the window's. */
  protected checkType(call: string, data: A | Layout<A>): void {
    const given: unknown = data instanceof Layout ? data.array : data;
    const name = this.elementType;
    if (ArrayBuffer.isView(given) && given.constructor.name === name) return;
    const what = ArrayBuffer.isView(given) ? `a ${given.constructor.name}` : 'no typed array';
    throw badWindow(call, `${this.name} is of a ${name}, and the call was given ${what}`);
  }

  /** Tells a rank that something of it and this node has happened. */
  protected tell(kind: number, rank: number, call: string): void {
    this.link.send(kind, rank, [], [], this.link.waitIn(call, rank));
  }

  /** Waits until each rank has told it once more. */
  protected awaitEach(call: string, ranks: readonly number[], told: number[]): void {
    const { link } = this;
    const missing = (): number[] => ranks.filter((rank) => (told[rank] as number) === 0);
    link.block(() => missing().length === 0, link.waitIn(call, undefined, missing));
    for (const rank of ranks) told[rank]! -= 1;
  }
}

const elements = (offset: number, length: number): string =>
  length === 1 ? `element ${offset}` : `elements ${offset} to ${offset + length - 1}`;
