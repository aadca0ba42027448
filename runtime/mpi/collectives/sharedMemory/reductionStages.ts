/**
 * A long typed array combined over all nodes, a stage after the other, as much as fits into the halves of an area. In a
 * stage each node copies the blocks of all others into its half, combines its own block over all nodes, and copies all
 * blocks from where they were combined. The halves stay in the processors' caches.
 */
import { combine } from '../../combine';
import type { Operation } from '../../operations';
import { blockStart } from '../pieces';
import type { Vector } from '../reduction';
import type { Participant } from '../schedule';
import type { SharedArea } from './area';
import { inDoublingOrder } from './doublingOrder';
import type { MeetingPlace } from './meetingPlace';

/** Blocks begin at multiples of this: a line of the caches. */
const lineBytes = 64;
/** Beyond this, memory that is about to be overwritten is not cleared first. */
const unclearedBytes = 4096;

export class ReductionStages {
  /** Room for a block in a half, in bytes. */
  readonly blockBytes: number;
  private readonly count: number;
  /** The elements of the present stage. */
  private from = 0;
  private length = 0;
  /** By block: in whose half it is combined. */
  private readonly holders: readonly number[];

  constructor(
    private readonly participant: Participant,
    private readonly place: MeetingPlace,
    private readonly area: SharedArea,
    private readonly own: Vector,
    private readonly operation: Operation,
  ) {
    const { size } = area;
    this.blockBytes = Math.floor(area.halfBytes / size / lineBytes) * lineBytes;
    this.count = Math.ceil(own.byteLength / (this.blockBytes * size));
    this.holders = Array.from({ length: size }, (_, block) =>
      // A node's own elements stay as they are: what it combines them with takes the result.
      inDoublingOrder(
        size,
        (rank) => rank,
        (a, b) => (a === block ? b : a),
      ),
    );
  }

  /** Brings the first stage, which the others see at the meeting. */
  bringFirst(): void {
    this.bring(0);
  }

  /** The others have brought something else. */
  drop(): void {
    this.area.dropStage();
  }

  /** The combination, once all have met; in `into`, or in memory of its own. */
  finish(into: Vector | undefined): Vector {
    const { area, place, count, blockBytes } = this;
    const result = into ?? newLike(this.own);
    for (let stage = 0; stage < count; stage += 1) {
      if (stage > 0) {
        this.bring(stage);
        area.brought(blockBytes);
        place.block(area, blockBytes);
      }
      this.combineBlock();
      area.reduced(blockBytes);
      place.block(area, blockBytes);
      this.takeBlocks(result);
    }
    return result;
  }

  private bring(stage: number): void {
    const { area, own, count, place } = this;
    area.beginStage();
    this.from = blockStart(own.length, count, stage);
    this.length = blockStart(own.length, count, stage + 1) - this.from;
    for (let block = 0; block < area.size; block += 1) {
      if (block === area.rank) continue;
      const elements = this.block(own, block);
      place.values.view(own, this.at(area.rank, block), elements.length).set(elements);
    }
  }

  private combineBlock(): void {
    const { area, own, place, operation } = this;
    const { rank, size } = area;
    const call = this.participant.name;
    const mine = this.block(own, rank);
    inDoublingOrder(
      size,
      (other) => (other === rank ? mine : place.values.view(own, this.at(other, rank), mine.length)),
      (a, b, lower, higher) => combine(operation, a, b, a === mine ? b : a, { call, lower, higher }),
    );
  }

  private takeBlocks(result: Vector): void {
    const { area, own, place, holders } = this;
    for (let block = 0; block < area.size; block += 1) {
      const elements = this.block(result, block);
      elements.set(place.values.view(own, this.at(holders[block] as number, block), elements.length));
    }
  }

  /** A block of the present stage. */
  private block(vector: Vector, block: number): Vector {
    const { from, length } = this;
    const { size } = this.area;
    return vector.subarray(
      from + blockStart(length, size, block),
      from + blockStart(length, size, block + 1),
    );
  }

  /** Where a node's half has a block. */
  private at(rank: number, block: number): number {
    return this.area.halfAt(rank) + block * this.blockBytes;
  }
}

/** A typed array like another one, whose elements are not set yet. */
function newLike(own: Vector): Vector {
  const { byteLength, length } = own;
  const type = own.constructor as Float64ArrayConstructor;
  return byteLength < unclearedBytes ? new type(length) : new type(Buffer.allocUnsafeSlow(byteLength).buffer);
}
