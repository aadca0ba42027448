import { dirname, resolve } from 'node:path';
import { checkFaultPlan, readFaultPlan } from '../../runtime/core/faultPlan';
import type { FaultPlan } from '../../runtime/protocol/faults';
import type { ArgumentsOf } from '../dap/arguments';

/**
 * What is to go wrong by a launch configuration: its plan, or that of the file that it names (a path from the program's
 * folder on), with its seed. Throws LockstepError(badFaultPlan), which names the file, the place, and the value.
 */
export function plannedFaults({
  program,
  faults,
  faultSeed: seed,
}: Pick<ArgumentsOf<'launch'>, 'program' | 'faults' | 'faultSeed'>): FaultPlan | undefined {
  const plan = faults === undefined ? undefined : planOf(faults, dirname(program));
  return seed === undefined ? plan : { ...plan, seed };
}

const planOf = (faults: unknown, folder: string): FaultPlan =>
  typeof faults === 'string'
    ? readFaultPlan(resolve(folder, faults))
    : checkFaultPlan(faults, '"faults" of the launch configuration');
