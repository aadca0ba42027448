/** Several payloads as one, for algorithms that pass on what others have given; nothing is decoded or copied. */
import type { Payload } from '../../protocol/envelope';
import { LockstepError } from '../../protocol/errors';

/** Above every kind of the codec: whoever takes it for a value gets `malformed`. */
const bundleKind = 255;

/** True for what {@link bundle} makes. */
export function isBundle(payload: Payload): boolean {
  return payload.kind === bundleKind;
}

/** One payload that holds all of `payloads`, in their order; the first part says how many parts each has. */
export function bundle(payloads: readonly Payload[]): Payload {
  const header = new Uint32Array(2 * payloads.length);
  const parts: Uint8Array[] = [new Uint8Array(header.buffer)];
  for (const [i, payload] of payloads.entries()) {
    header[2 * i] = payload.kind;
    header[2 * i + 1] = payload.parts.length;
    parts.push(...payload.parts);
  }
  return { kind: bundleKind, parts };
}

/** The payloads that a bundle holds. Throws LockstepError `malformed` if it is none of `count` payloads. */
export function unbundle({ kind, parts: [first, ...parts] }: Payload, count: number): Payload[] {
  if (kind !== bundleKind || first?.byteLength !== 8 * count) {
    throw new LockstepError('malformed', { problem: `a bundle of ${count} payloads was due` });
  }
  // What arrives may lie at any alignment.
  const header = new Uint32Array(new Uint8Array(first).buffer);
  let at = 0;
  const payloads = Array.from({ length: count }, (_, i): Payload => {
    const own = parts.slice(at, at + (header[2 * i + 1] as number));
    at += header[2 * i + 1] as number;
    return { kind: header[2 * i] as number, parts: own };
  });
  if (at !== parts.length) throw new LockstepError('malformed', { problem: 'a bundle of too few parts' });
  return payloads;
}
