import type { ControlHandlers } from '../clientSession';
import type { JobFaults } from './jobFaults';

/** What a client can ask about the faults of a job. */
export function faultHandlers(
  faultsOf: (job: string) => JobFaults,
): Pick<ControlHandlers, 'injectFault' | 'endFault' | 'faults'> {
  return {
    injectFault: async ({ job, fault }) => (await faultsOf(job).inject(fault, 'client'), null),
    endFault: async ({ job, fault }) => (await faultsOf(job).endFault(fault, 'client'), null),
    faults: ({ job }) => faultsOf(job).report(),
  };
}
