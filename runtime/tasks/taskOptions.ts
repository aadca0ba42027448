import { LockstepError } from '../protocol/errors';
import { defaultNeeds, type JobShare, type Needs, type TaskSpec } from '../scheduler/model';
import type { Choose } from './ownPolicy';
import type { PackedCall } from './packArguments';

/** What a task needs, and how it is treated. */
export interface TaskOptions {
  /** Processors that it takes while it runs; 1 if nothing is said. A share lets async tasks run side by side. */
  cpus?: number;
  memoryMiB?: number;
  /** Labels that its node must have. */
  labels?: readonly string[];
  /** Amounts of whatever else the nodes declare: `{ gpu: 1 }`. */
  custom?: Readonly<Record<string, number>>;
  /** Higher goes first, within its job; 0 if nothing is said. */
  priority?: number;
  /** It has failed when it runs for longer, on the cluster's clock, which stands at breakpoints. */
  timeoutMs?: number;
  /** How often it is tried again after an error; 0 if nothing is said. Lost nodes do not count. */
  retries?: number;
  /** Pause before it is tried again, which doubles each time; 100 ms if nothing is said. */
  backoffMs?: number;
  /** How long it is believed to run; if nothing is said, as long as others of its name have. */
  expectedMs?: number;
}

/** Defaults for a job's tasks, and the job's place beside others. */
export interface JobOptions extends TaskOptions {
  /** Its part of the cluster beside other jobs, as a weight; 1 if nothing is said. */
  weight?: number;
  /** Most processors it may hold at a time. */
  quotaCpus?: number;
  /** How its tasks are placed, until `job.setPolicy`; as the scheduler places all others if nothing is said. */
  policy?: string | Choose;
}

/** A job's place beside others. Throws LockstepError `badTaskOption`. */
export function shareOf({ weight = 1, quotaCpus = Infinity }: JobOptions): JobShare {
  check('weight', weight, weight > 0, 'above 0');
  check('quotaCpus', quotaCpus, quotaCpus > 0, 'above 0');
  return { weight, quotaCpus };
}

/** A task as the scheduler takes it. Throws LockstepError `badTaskOption`. */
export function specOf(
  id: number,
  job: string,
  name: string,
  { dependencies, bytes }: PackedCall,
  options: TaskOptions,
): TaskSpec {
  const { priority = 0, timeoutMs, retries = 0, backoffMs = 100, expectedMs } = options;
  if (retries !== 0)
    check('retries', retries, Number.isInteger(retries) && retries > 0, 'a whole number from 0');
  if (timeoutMs !== undefined) check('timeoutMs', timeoutMs, timeoutMs > 0, 'above 0');
  if (!(backoffMs >= 0)) check('backoffMs', backoffMs, false, '0 or more');
  return {
    id,
    job,
    name,
    dependencies,
    needs: needsOf(options),
    priority,
    timeoutMs,
    retries,
    backoffMs,
    inputBytes: bytes,
    expectedMs,
  };
}

function needsOf({ cpus = 1, memoryMiB = 0, labels, custom }: TaskOptions): Needs {
  if (cpus === 1 && memoryMiB === 0 && !labels && !custom) return defaultNeeds;
  check('cpus', cpus, cpus >= 0, '0 or more');
  check('memoryMiB', memoryMiB, memoryMiB >= 0, '0 or more');
  return { cpus, memoryMiB, labels: labels ?? [], custom: custom ?? {} };
}

function check(option: string, value: number, isGood: boolean, expected: string): void {
  if (!isGood) throw new LockstepError('badTaskOption', { call: 'task options', option, value, expected });
}
