import { abortCodeOf, type ErrorCode, type LockstepError, type WireError } from '../protocol/errors';

const wrongInput = new Set<ErrorCode>([
  'badArgument',
  'unknownCommand',
  'programNotFound',
  'unknownCluster',
  'badConfiguration',
  'badFaultPlan',
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
  'journalUnusable',
  'journalElsewhere',
  'journalInUse',
  'journalWithoutTasks',
  'sshBadTarget',
  'badNodeArchive',
]);
const noCluster = new Set<ErrorCode>([
  'noMpiLibrary',
  'notAnMpiLibrary',
  'mpiLauncherMismatch',
  'noMpiexec',
  'notMpiexec',
  'mpiexecFailed',
  'mpiexecEnded',
  'mpiFirstNodeAway',
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

/** The command line's exit code for a job or command that failed in this way; after an abort, the program's own. */
export function exitCodeOf(error: WireError | LockstepError): number {
  const { code } = error;
  if (wrongInput.has(code)) return 2;
  if (noCluster.has(code) || /^(?:ssh|remote)[A-Z]/.test(code)) return 3;
  return abortCodeOf(error) ?? 1;
}
