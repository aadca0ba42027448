import { monotonicMs } from '../core/clock';
import { OperationRecorder } from '../mpi/timeline/operationRecorder';
import { OperationRing } from '../mpi/timeline/operationRing';
import { callerPlaces } from '../program/callerPlaces';
import type { OperationWord } from '../protocol/operations';

/**
 * The recorder of a node's main thread, writing into `memory`. `onWord` gets what its records speak of by number, in the
 * order of the numbers. Times are those of the machine's monotonic clock, which all its processes share.
 */
export function recordOperations(
  memory: SharedArrayBuffer,
  onWord: (word: OperationWord) => void,
): OperationRecorder {
  const originMs = processOriginMs();
  return new OperationRecorder(new OperationRing(memory), callerPlaces, () => originMs + performance.now(), {
    onName: (name) => onWord({ name }),
    onSite: (site) => onWord({ site }),
  });
}

/** Looks at two clocks at once so often; the quickest look is the best. */
const looks = 50;

/** When this process's own clock, the quickest one there is, was zero; right to a fraction of a microsecond. */
function processOriginMs(): number {
  let [originMs, quickestMs] = [0, Infinity];
  for (let look = 0; look < looks; look += 1) {
    const beforeMs = monotonicMs();
    const ownMs = performance.now();
    const afterMs = monotonicMs();
    if (afterMs - beforeMs >= quickestMs) continue;
    quickestMs = afterMs - beforeMs;
    originMs = (beforeMs + afterMs) / 2 - ownMs;
  }
  return originMs;
}
