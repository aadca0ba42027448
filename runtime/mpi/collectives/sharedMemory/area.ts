/**
 * Memory in which the nodes of a communicator meet, each with a part of its own, by rank:
 *
 *   a page of control lines: how far it has come with what passes in bulk
 *   two slots, taken in turn: what it brings to a meeting, if that is short
 *   two halves of bulk, taken in turn: what is longer, a stage after the other
 *
 * Source: R. L. Graham, G. Shipman, "MPI support for multi-core architectures: optimized shared memory collectives",
 * EuroPVM/MPI 2008 (Open MPI's coll/sm); S. Jain et al., "Framework for scalable intra-node collective operations using shared
 * memory", SC 2018 (MPICH's release and gather).
 *
 * Invariant: a node writes into a slot, or a half, only after it has seen all others at the meeting, or the stage, that came
 * after the one for which the slot was written last: they have read it by then. So every call here waits for all nodes, and
 * all make the same ones. Failures: a node that dies leaves a slot that nobody sees; who waits for it is told.
 */
import type { SharedBytes } from '../../../transport/endpoint';

const pageBytes = 4096;
const slotBytes = 4096;
/** Cells of a control page, in units of four bytes, on lines of their own. */
const controlCells = { brought: 0, reduced: 32 } as const;
/** Fields of a slot: cells of four bytes, a number of eight, then what is brought. */
const slotCells = { meeting: 0, call: 1, signature: 2, kind: 3, bytes: 4, disturbed: 5 } as const;
const clockNumber = 3;
const slotHeaderBytes = 32;

/** All halves of an area together have about this much. */
const areaBulkBytes = 4 << 20;

/** Bytes of one half, for so many nodes. */
function halfBytesOf(size: number): number {
  const share = 2 ** Math.floor(Math.log2(areaBulkBytes / 2 / size));
  return Math.min(1 << 19, Math.max(1 << 15, share));
}

const partBytesOf = (size: number): number => pageBytes + 2 * slotBytes + 2 * halfBytesOf(size);

/** Size of the memory for so many nodes. */
export function areaBytes(size: number): number {
  return size * partBytesOf(size);
}

/** Tells another node, by its rank in the communicator, that this one has brought something for it: so many bytes. */
export type TellNode = (rank: number, bytes: number) => void;

/** One node's view of the area. */
export class SharedArea {
  /** What fits into a slot. */
  readonly slotRoom = slotBytes - slotHeaderBytes;
  readonly halfBytes: number;
  private readonly partBytes: number;
  private readonly cells: Int32Array;
  private readonly numbers: Float64Array;
  private meeting = 0;
  private stage = 0;
  /** The nodes that are waited for: the first so many of a list of ranks. */
  private readonly missing: Int32Array;
  private missingCount = 0;
  /** What they have to reach, in which cell of their parts. */
  private goal = 0;
  private goalCell = 0;

  /**
   * `memory` has {@link areaBytes}, all zero before the first call of any node; `disturbed` says whether this node knows that
   * messages go wrong on purpose.
   */
  constructor(
    readonly memory: SharedBytes,
    readonly rank: number,
    readonly size: number,
    private readonly tell: TellNode,
    private readonly disturbed: () => boolean,
  ) {
    this.halfBytes = halfBytesOf(size);
    this.partBytes = partBytesOf(size);
    this.cells = new Int32Array(memory);
    this.numbers = new Float64Array(memory);
    this.missing = new Int32Array(size);
  }

  /** Begins a meeting: this node may fill its slot. */
  begin(): void {
    this.meeting = (this.meeting + 1) | 0;
  }

  /** Offset in the memory of what a node brings to this meeting. */
  contentAt(rank: number): number {
    return this.slotAt(rank) + slotHeaderBytes;
  }

  /**
   * Shows what this node has brought: in its slot, or more than that, which the others see by `kind` and `bytes`. From now on
   * all are waited for. `clock` is its logical clock, `toldBytes` what each of the others has to read.
   */
  publish(
    call: number,
    signature: number,
    kind: number,
    bytes: number,
    clock: number,
    toldBytes: number,
  ): void {
    const at = this.slotAt(this.rank);
    const cell = at >> 2;
    this.cells[cell + slotCells.call] = call;
    this.cells[cell + slotCells.signature] = signature;
    this.cells[cell + slotCells.kind] = kind;
    this.cells[cell + slotCells.bytes] = bytes;
    this.cells[cell + slotCells.disturbed] = this.disturbed() ? 1 : 0;
    this.numbers[(at >> 3) + clockNumber] = clock;
    this.reach(this.slotAt(0) >> 2, slotCells.meeting, this.meeting, toldBytes);
  }

  /** Number of the call, of those of its communicator, that a node has come to this meeting with. */
  callOf(rank: number): number {
    return this.cells[(this.slotAt(rank) >> 2) + slotCells.call] as number;
  }

  /** What that call is. */
  signatureOf(rank: number): number {
    return (this.cells[(this.slotAt(rank) >> 2) + slotCells.signature] as number) >>> 0;
  }

  /** The kind of payload that a node has brought. */
  kindOf(rank: number): number {
    return this.cells[(this.slotAt(rank) >> 2) + slotCells.kind] as number;
  }

  /** Its size, also where it does not lie in the slot. */
  bytesOf(rank: number): number {
    return this.cells[(this.slotAt(rank) >> 2) + slotCells.bytes] as number;
  }

  /** True if that node knew, when it came, that messages go wrong on purpose. */
  isDisturbed(rank: number): boolean {
    return this.cells[(this.slotAt(rank) >> 2) + slotCells.disturbed] === 1;
  }

  /** The logical clock with which a node came. */
  clockOf(rank: number): number {
    return this.numbers[(this.slotAt(rank) >> 3) + clockNumber] as number;
  }

  /** Begins a stage of what passes in bulk: this node may fill its half. */
  beginStage(): void {
    this.stage = (this.stage + 1) | 0;
  }

  /** It was none: the next one takes the same half. */
  dropStage(): void {
    this.stage = (this.stage - 1) | 0;
  }

  /** Offset in the memory of a node's half for this stage. */
  halfAt(rank: number): number {
    return rank * this.partBytes + pageBytes + 2 * slotBytes + (this.stage & 1) * this.halfBytes;
  }

  /** This node has filled its half; from now on all are waited for. */
  brought(bytes: number): void {
    this.reach(0, controlCells.brought, this.stage, bytes);
  }

  /** This node has combined its share of all halves; from now on all are waited for. */
  reduced(bytes: number): void {
    this.reach(0, controlCells.reduced, this.stage, bytes);
  }

  /** True once all have come so far. */
  readonly allHere = (): boolean => {
    const { cells, missing, goal, goalCell, partBytes } = this;
    for (let i = this.missingCount - 1; i >= 0; i -= 1) {
      const rank = missing[i] as number;
      const reached = Atomics.load(cells, goalCell + rank * (partBytes >> 2));
      if (((reached - goal) | 0) < 0) continue;
      this.missingCount -= 1;
      missing[i] = missing[this.missingCount] as number;
    }
    return this.missingCount === 0;
  };

  /** The nodes that are waited for. */
  get awaited(): number[] {
    return [...this.missing.subarray(0, this.missingCount)];
  }

  private reach(base: number, field: number, goal: number, bytes: number): void {
    const { rank, size, missing } = this;
    this.goal = goal;
    this.goalCell = base + field;
    Atomics.store(this.cells, this.goalCell + rank * (this.partBytes >> 2), goal);
    let count = 0;
    for (let other = 0; other < size; other += 1) {
      if (other === rank) continue;
      missing[count++] = other;
      this.tell(other, bytes);
    }
    this.missingCount = count;
  }

  private slotAt(rank: number): number {
    return rank * this.partBytes + pageBytes + (this.meeting & 1) * slotBytes;
  }
}
