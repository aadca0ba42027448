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
  return new OperationRecorder(new OperationRing(memory), callerPlaces, monotonicMs, {
    onName: (name) => onWord({ name }),
    onSite: (site) => onWord({ site }),
  });
}
