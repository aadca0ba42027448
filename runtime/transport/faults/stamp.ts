/**
 * What a message carries that travels under faults: a last part of its own, and a bit in its mode that tells of it. The
 * delay counts from the sending, so that it passes while the receiver computes; between machines, whose clocks
 * differ, from the arrival.
 */
import type { Envelope, Message, MessageMode, Payload } from '../../protocol/envelope';

/** Bit of an envelope's mode. */
const stamped = 0x100;
const stampBytes = 24;

export interface Stamp {
  /** By the clock of the sender's machine. */
  sentAtMs: number;
  delayMs: number;
  /** Number of the sender's machine. */
  machine: number;
  /** Others may overtake it. */
  loose: boolean;
  /** Others before it may be lost or doubled: it has the number that is due when it arrives. */
  unnumbered: boolean;
}

export function isStamped({ mode }: Envelope): boolean {
  return mode >= stamped;
}

/** The message with the stamp. */
export function stamp({ envelope, payload }: Message, told: Stamp): Message {
  const part = new Uint8Array(stampBytes);
  const view = new DataView(part.buffer);
  view.setFloat64(0, told.sentAtMs, true);
  view.setFloat64(8, told.delayMs, true);
  view.setUint32(16, told.machine, true);
  view.setUint32(20, (told.loose ? 1 : 0) | (told.unnumbered ? 2 : 0), true);
  return {
    envelope: { ...envelope, mode: (envelope.mode | stamped) as MessageMode },
    payload: { kind: payload.kind, parts: [...payload.parts, part] },
  };
}

/** The message as it was, and its stamp. */
export function unstamp({ envelope, payload }: Message): { message: Message; told: Stamp } {
  const parts = payload.parts.slice(0, -1);
  const last = payload.parts.at(-1) as Uint8Array;
  const view = new DataView(last.buffer, last.byteOffset, stampBytes);
  const flags = view.getUint32(20, true);
  const plain: Payload = { kind: payload.kind, parts };
  return {
    message: { envelope: { ...envelope, mode: (envelope.mode & ~stamped) as MessageMode }, payload: plain },
    told: {
      sentAtMs: view.getFloat64(0, true),
      delayMs: view.getFloat64(8, true),
      machine: view.getUint32(16, true),
      loose: (flags & 1) !== 0,
      unnumbered: (flags & 2) !== 0,
    },
  };
}
