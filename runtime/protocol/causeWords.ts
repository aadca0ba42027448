import type { FaultCause } from './faults';
import type { ScaleCause } from './scaling';

/** On whose wish something was done to a job, for whoever reads it: what a client asked for, somebody did by hand. */
export function causeWords(by: FaultCause | ScaleCause): string {
  if (by === 'replacement') return 'as a replacement';
  return by === 'client' ? 'by hand' : `by the ${by}`;
}
