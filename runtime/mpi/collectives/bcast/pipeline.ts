/**
 * Broadcast: pipeline along a chain.
 *
 * Source: J. L. Träff, A. Ripke, "Optimal broadcast for fully connected processor-node networks", Journal of Parallel
 * and Distributed Computing 68(7), 2008, section 1, where it is the simple rival. The value goes from each node to the next in
 * segments, so that all links of the chain are busy at the same time once the first segment has reached the end.
 * Failures: none are masked; a lost node cuts the chain.
 * Cost for s segments: p + s - 2 rounds; every node sends the value once. Best for very long values on few nodes.
 */
import { type Payload, payloadBytes } from '../../../protocol/envelope';
import { Assembly, cutPayload } from '../pieces';
import { bundle, unbundle } from '../bundle';
import { type Outgoing, type Participant, receive, type Schedule, send } from '../schedule';

const segmentBytes = 128 * 1024;
/** A count travels with the first segment as a number of this many bytes. */
const countBytes = 4;

export function* pipelineBcast(
  { rank, size }: Participant,
  own: Payload | undefined,
  root: number,
): Schedule<Payload> {
  const relative = (rank - root + size) % size;
  const [previous, next] = [(rank - 1 + size) % size, (rank + 1) % size];
  const isLast = relative === size - 1;
  if (own) {
    const count = Math.max(1, Math.ceil(payloadBytes(own) / segmentBytes));
    const segments = cutPayload(own, count);
    for (const [i, segment] of segments.entries()) {
      if (!isLast) yield* send(next, i === 0 ? withCount(segment, count) : segment);
    }
    return own;
  }
  const first = yield* receive(previous);
  const { segment, count } = countOf(first);
  const whole = new Assembly(segment, count);
  whole.add(segment, 0);
  let forward = first;
  for (let i = 1; i <= count; i++) {
    // The last segment goes out while the next one comes in.
    const sends: Outgoing[] = isLast ? [] : [{ to: next, payload: forward }];
    const [received] = yield { sends, receives: i < count ? [previous] : [] };
    if (!received) break;
    whole.add(received, i);
    forward = received;
  }
  return whole.payload();
}

function withCount(segment: Payload, count: number): Payload {
  return bundle([segment, { kind: 0, parts: [new Uint8Array(Uint32Array.of(count).buffer)] }]);
}

function countOf(first: Payload): { segment: Payload; count: number } {
  const [segment, counted] = unbundle(first, 2) as [Payload, Payload];
  const bytes = new Uint8Array(countBytes);
  bytes.set(counted.parts[0]?.subarray(0, countBytes) ?? []);
  return { segment, count: new Uint32Array(bytes.buffer)[0] as number };
}
