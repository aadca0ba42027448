/** How busy a relay's machine is and how far away, asked every few seconds over the link that its nodes use. */
import { monotonicMs } from '../core/clock';
import type { Disposable } from '../core/disposable';
import type { MachineLoad } from '../protocol/host';
import type { RelayStatus } from '../protocol/relay';

const intervalMs = 3000;
/** Weight of a new round trip against those before (RFC 6298, section 2: smoothed round-trip time). */
const weight = 1 / 8;

/** Asks with `ask` from now on, one question at a time, until it is disposed; an answer after that is not told. */
export function startPulse(
  ask: () => Promise<RelayStatus>,
  onPulse: (load: MachineLoad) => void,
): Disposable {
  let smoothedMs: number | undefined;
  let asking = false;
  let disposed = false;
  const beat = async () => {
    if (asking) return;
    asking = true;
    const askedMs = monotonicMs();
    try {
      const { load, freeMemoryMiB } = await ask();
      if (disposed) return;
      const tripMs = monotonicMs() - askedMs;
      smoothedMs = smoothedMs === undefined ? tripMs : smoothedMs + weight * (tripMs - smoothedMs);
      onPulse({ load, freeMemoryMiB, roundTripMs: smoothedMs });
    } catch {
      // the machine is lost, and is said to be
    } finally {
      asking = false;
    }
  };
  void beat();
  const timer = setInterval(() => void beat(), intervalMs);
  return {
    dispose() {
      disposed = true;
      clearInterval(timer);
    },
  };
}
