/** Says which faults made on purpose may be why nodes wait in vain. */
import { describeFault, type LostMessages, type MessageFault } from '../../protocol/faults';
import { place } from '../stuckNode';

/** By the cuts that last, and, by rank, what raw edges from there have lost. */
export function explainFaults(
  cuts: readonly { fault: MessageFault; sinceMs: number }[],
  lost: readonly (readonly LostMessages[])[],
): string[] {
  const lines = lost.flatMap((kinds, source) =>
    kinds.map(({ destination, tag, messages, at }) => {
      const many = messages === 1 ? 'a message' : `${messages} messages`;
      return `The way from node ${source} to node ${destination} is raw and has lost ${many} with tag ${tag} (sent${place(at)}).`;
    }),
  );
  if (lines.length > 0) {
    lines.push(
      'Faults were asked for that lose messages: send again what was not acknowledged after a while, and never wait without a limit (irecv, and test until then).',
    );
  }
  for (const { fault, sinceMs } of cuts) {
    lines.push(`Since ${(sinceMs / 1000).toFixed(2)} s after the start: ${describeFault(fault)}.`);
  }
  if (cuts.length > 0)
    lines.push('What was sent across waits until faults.heal(), which nobody is left to call.');
  return lines;
}
