import type { ErrorCode } from '../protocol/errors';

const wrongInput = new Set<ErrorCode>([
  'badArgument',
  'unknownCommand',
  'programNotFound',
  'unknownCluster',
  'badConfiguration',
  'programDoesNotBuild',
  'noDefaultExport',
  'noLabToken',
  'labTokenExposed',
  'badLabToken',
  'labTokenThere',
  'noInterface',
  'notAService',
  'badService',
  'badDeploymentName',
  'deployOnSlurm',
  'unknownDeployment',
  'deploymentElsewhere',
  'badPlacement',
  'sshBadTarget',
  'badNodeArchive',
]);
const noCluster = new Set<ErrorCode>([
  'noMpiLibrary',
  'notAnMpiLibrary',
  'mpiLauncherMismatch',
  'noNode',
  'nodeTooOld',
  'nodesDidNotStart',
  'coordinatorLost',
  'noMachineFound',
  'noDiscovery',
  'deploymentLost',
  'internal',
  'malformed',
  'relayFailed',
  'hostLost',
  'slurmNotFound',
  'slurmUnreachable',
  'slurmNoPartition',
  'slurmTimeLimit',
  'slurmNoAccount',
  'slurmUnsatisfiable',
  'slurmRefused',
  'slurmEnded',
]);

/** The command line's exit code for a job or command that failed in this way. */
export function exitCodeOf(code: ErrorCode): 1 | 2 | 3 {
  if (wrongInput.has(code)) return 2;
  return noCluster.has(code) || /^(?:ssh|remote)[A-Z]/.test(code) ? 3 : 1;
}
