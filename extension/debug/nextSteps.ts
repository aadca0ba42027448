/** What a user can do about a program that could not be started: the buttons of its notification. */
import type { ErrorCode } from '../../runtime/protocol/errors';

/** A button. */
export type NextStep = 'Try Again' | 'Open lockstep.json' | 'Open Known Hosts' | 'Show Log';

const inConfiguration = new Set<ErrorCode>([
  'badConfiguration',
  'unknownCluster',
  'badPlacement',
  'sshBadTarget',
  'sshUnknownHost',
  'remoteNoNode',
  'remoteNodeTooOld',
  'badNodeArchive',
  'slurmNotFound',
  'slurmNoPartition',
  'slurmTimeLimit',
  'slurmNoAccount',
  'slurmUnsatisfiable',
]);

/** The buttons for an error, the likeliest first; `isConfigured` says whether there is a `lockstep.json`. */
export function nextSteps(code: ErrorCode, isConfigured: boolean): NextStep[] {
  const open: NextStep[] = isConfigured ? ['Open lockstep.json'] : [];
  if (code === 'sshHostKeyChanged' || code === 'sshHostKeyRevoked') return ['Open Known Hosts', 'Try Again'];
  if (inConfiguration.has(code)) return [...open, 'Try Again'];
  if (/^(ssh|remote|relay|host|coordinator|slurm)/.test(code)) return ['Try Again', ...open];
  return ['Show Log'];
}
