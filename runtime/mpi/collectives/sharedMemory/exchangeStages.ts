/**
 * Long elements that all nodes give to each other, a stage after the other, as much as fits into the halves of an area. In
 * a stage each node puts a piece for every other one into its half, and takes those for it from the halves of the others.
 */
import type { SharedArea } from './area';
import type { MeetingPlace } from './meetingPlace';

/** Pieces begin at multiples of this: a line of the caches. */
const lineBytes = 64;

export class ExchangeStages {
  /** Room for a piece in a half. */
  readonly pieceBytes: number;

  /** `outgoing` by rank; none where this node's elements lie in its slot. */
  constructor(
    private readonly place: MeetingPlace,
    private readonly area: SharedArea,
    private readonly outgoing: readonly Uint8Array[],
  ) {
    this.pieceBytes = Math.floor(area.halfBytes / area.size / lineBytes) * lineBytes;
  }

  /** Brings the first pieces, which the others see at the meeting. */
  bringFirst(): void {
    this.bring(0);
  }

  /** It does not come to stages. */
  drop(): void {
    this.area.dropStage();
  }

  /** Fills the memory for what comes, by rank, once all have met; the longest element of all nodes has so many bytes. */
  finish(incoming: readonly (Uint8Array | undefined)[], longestBytes: number): void {
    const { area, place, pieceBytes } = this;
    const stages = Math.ceil(longestBytes / pieceBytes);
    for (let stage = 0; stage < stages; stage += 1) {
      if (stage > 0) {
        this.bring(stage);
        area.brought(pieceBytes);
        place.block(area, pieceBytes);
      }
      this.take(stage, incoming);
    }
  }

  private bring(stage: number): void {
    const { area, outgoing, pieceBytes, place } = this;
    area.beginStage();
    for (const [to, bytes] of outgoing.entries()) {
      const piece = to === area.rank ? bytes.subarray(0, 0) : this.pieceOf(bytes, stage);
      if (piece.byteLength > 0) place.values.all.set(piece, area.halfAt(area.rank) + to * pieceBytes);
    }
  }

  private take(stage: number, incoming: readonly (Uint8Array | undefined)[]): void {
    const { area, pieceBytes, place } = this;
    for (const [from, bytes] of incoming.entries()) {
      const piece = bytes && this.pieceOf(bytes, stage);
      if (!piece || piece.byteLength === 0) continue;
      const at = area.halfAt(from) + area.rank * pieceBytes;
      piece.set(place.values.all.subarray(at, at + piece.byteLength));
    }
  }

  private pieceOf(bytes: Uint8Array, stage: number): Uint8Array {
    return bytes.subarray(stage * this.pieceBytes, (stage + 1) * this.pieceBytes);
  }
}
