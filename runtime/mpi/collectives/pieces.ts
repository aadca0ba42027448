/**
 * One payload in pieces of bytes, for algorithms that let every node carry a piece. A piece says what the whole looks
 * like, so a node needs no other word to put it together.
 */
import { maximumPayloadBytes, type Payload } from '../../protocol/envelope';
import { LockstepError } from '../../protocol/errors';

/** Above every kind of the codec, as with bundles. */
const pieceKind = 254;

/** What a piece's first part says, in u32: kind of the whole, its number of parts, then the bytes of each. */
type Outline = Uint32Array;

/** Where block `index` begins when a length is cut into `count` blocks; block `count` would begin at its end. */
export function blockStart(length: number, count: number, index: number): number {
  return Math.floor((length * index) / count);
}

/** A payload in `count` pieces of equal length, as nearly as bytes allow; nothing is copied. */
export function cutPayload(payload: Payload, count: number): Payload[] {
  const outline = Uint32Array.from([
    payload.kind,
    payload.parts.length,
    ...payload.parts.map(({ byteLength }) => byteLength),
  ]);
  const total = bytesOf(outline);
  return Array.from({ length: count }, (_, i) => {
    const parts = range(payload.parts, blockStart(total, count, i), blockStart(total, count, i + 1));
    return { kind: pieceKind, parts: [new Uint8Array(outline.buffer), ...parts] };
  });
}

/** Puts the pieces of a payload together again. */
export class Assembly {
  private readonly outline: Outline;
  private readonly parts: Uint8Array[];

  /** `piece` is any of the `count` pieces. Throws LockstepError `malformed` if it is none. */
  constructor(
    piece: Payload,
    private readonly count: number,
  ) {
    this.outline = outlineOf(piece);
    this.parts = Array.from(this.outline.subarray(2), (bytes) => new Uint8Array(bytes));
  }

  /** Puts piece `index` where it belongs. Throws LockstepError `malformed` if it does not fit. */
  add(piece: Payload, index: number): void {
    const outline = outlineOf(piece);
    if (!outline.every((value, i) => value === this.outline[i])) throw malformed('it is of another value');
    const total = bytesOf(outline);
    const from = blockStart(total, this.count, index);
    const to = blockStart(total, this.count, index + 1);
    const bytes = piece.parts.slice(1);
    const places = range(this.parts, from, to);
    if (bytes.length !== places.length) throw malformed(`it has ${bytes.length} parts`);
    for (const [i, place] of places.entries()) {
      const part = bytes[i] as Uint8Array;
      if (part.byteLength !== place.byteLength) throw malformed(`a part of it has ${part.byteLength} bytes`);
      place.set(part);
    }
  }

  /** The whole, once all pieces are there. */
  payload(): Payload {
    return { kind: this.outline[0] as number, parts: this.parts };
  }
}

/** The bytes from `from` to `to` of parts laid end to end, as views. */
function range(parts: readonly Uint8Array[], from: number, to: number): Uint8Array[] {
  const views: Uint8Array[] = [];
  let at = 0;
  for (const part of parts) {
    const begin = Math.max(from, at) - at;
    const end = Math.min(to, at + part.byteLength) - at;
    if (begin < end) views.push(part.subarray(begin, end));
    at += part.byteLength;
  }
  return views;
}

function outlineOf({ kind, parts: [first] }: Payload): Outline {
  if (kind !== pieceKind || !first || first.byteLength < 8 || first.byteLength % 4 !== 0) {
    throw malformed(`kind ${kind}`);
  }
  // What arrives may lie at any alignment.
  const outline = new Uint32Array(new Uint8Array(first).buffer);
  if (outline[1] !== outline.length - 2) throw malformed('its outline has a wrong length');
  if (bytesOf(outline) > maximumPayloadBytes) throw malformed(`the whole has ${bytesOf(outline)} bytes`);
  return outline;
}

function bytesOf(outline: Outline): number {
  let total = 0;
  for (let i = 2; i < outline.length; i++) total += outline[i] as number;
  return total;
}

function malformed(problem: string): LockstepError {
  return new LockstepError('malformed', { problem: `a piece of a payload: ${problem}` });
}
