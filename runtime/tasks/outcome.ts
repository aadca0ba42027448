import type { Outcome } from '../scheduler/model';
import { endKinds, type EndKind, type TaskErrorReport } from './messages';
import type { TaskState } from './taskState';
import { type Packed, packedBytes } from './wire';

/** An attempt that has ended. */
export interface EndedAttempt {
  /** Its task, while that is known. */
  task: TaskState | undefined;
  rank: number;
  attempt: number;
}

/** How an attempt has ended, for the scheduler; an error is noted at its task. `epoch` is the life of all nodes. */
export function outcomeOf(kind: EndKind, what: unknown, ended: EndedAttempt, epoch: number): Outcome {
  switch (kind) {
    case endKinds.value:
      return { type: 'result', bytes: packedBytes(what as Packed), inline: true };
    case endKinds.held:
      return { type: 'result', bytes: what as number, inline: false };
    case endKinds.inputLost: {
      const [input, holder] = what as [number, number];
      return { type: 'inputLost', input, holder: { rank: holder, epoch } };
    }
    case endKinds.error: {
      const report = what as TaskErrorReport;
      const { task, rank, attempt } = ended;
      if (task && !task.hasEnded) (task.failedAttempts ??= []).push({ ...report, rank, attempt });
      return { type: 'error', message: report.message };
    }
    case endKinds.cancelled:
      return { type: 'cancelled' };
  }
}
