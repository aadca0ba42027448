/** The frame in which a program's output crosses from the main thread to the agent thread. */
import { encodeText, frameTypes } from '../core/framing';
import type { OutputStream } from '../protocol/events';

const codes: Record<OutputStream, string> = { stdout: 'o', stderr: 'e', log: 'l', lockstep: 'r' };

/** A whole frame with text of one stream. */
export function encodeOutput(stream: OutputStream, text: string): Uint8Array {
  return encodeText(frameTypes.output, codes[stream] + text);
}

/** The stream and text of an output frame's body. */
export function parseOutput(body: Uint8Array): { stream: OutputStream; text: string } {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  const stream = (Object.keys(codes) as OutputStream[]).find((name) => codes[name] === text[0]);
  return { stream: stream ?? 'stdout', text: text.slice(1) };
}
