import type { ProcessEnd } from '../launch/local';

/** How a node's process ended, as the reason why the node is lost. */
export function describeEnd({ code, signal, error, lost, outOfMemory }: ProcessEnd): string {
  if (lost) return lost;
  if (error) return `its process could not be started: ${error.message}`;
  if (outOfMemory) return 'it ran out of memory';
  if (signal) return `its process was killed by ${signal}`;
  return `its process ended with exit code ${code}`;
}
