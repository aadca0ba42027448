/** The errors of allocations of Slurm. */
import { type ErrorKind, user } from './errorKind';

export const slurmErrors = {
  slurmNotFound: user((d) =>
    d.host
      ? `Slurm's command ${d.command} is not on the PATH of ${d.host} in a command over SSH. Check with: ssh ${d.host} command -v ${d.command}; or name another machine as "login" in lockstep.json.`
      : `Slurm's command ${d.command} is not on the PATH of this machine. Name the lab's login machine as "login" in lockstep.json, run Lockstep on the lab's login node (in the editor: connect to it with Remote - SSH), or load the module that brings Slurm.`,
  ),
  slurmUnreachable: user(
    (d) =>
      `Slurm does not answer: ${d.reason}. Its controller may be down, or this machine is none of its cluster's; try "sinfo", and ask who runs it.`,
  ),
  slurmNoPartition: user(
    (d) =>
      `Slurm: ${d.reason}. Its partitions: ${d.known}. Name one of them as "partition" in lockstep.json.`,
  ),
  slurmTimeLimit: user(
    (d) =>
      `Slurm: ${d.reason}. ${d.limit ? `${d.limit}; ` : ''}${d.asked ? `"time" in lockstep.json asks for ${d.asked}. Lower it` : 'lockstep.json names no "time". Name one'}.`,
  ),
  slurmNoAccount: user(
    (d) =>
      `Slurm: ${d.reason}. ${d.accounts ? `You have: ${d.accounts}.` : 'Ask who runs it for the account and quality of service that you may use.'} Correct "account" and "qos" in lockstep.json.`,
  ),
  slurmUnsatisfiable: user(
    (d) =>
      `Slurm: ${d.reason}. ${d.offer ? `${d.offer}.` : `Its partitions: ${d.known}.`} Ask for less in lockstep.json ("nodes", "tasksPerNode", "constraint", "options").`,
  ),
  deployOnSlurm: user(
    (d) =>
      `Cluster "${d.name}" is an allocation of Slurm, which ends at its time limit; a service needs a cluster that stays. Deploy on a cluster of type "local" or "ssh".`,
  ),
  slurmRefused: user((d) => `Slurm: ${d.reason}.`),
  slurmEnded: user((d) => {
    const ended = `Slurm ended job ${d.job} while the program ran`;
    const again = 'Start the program again';
    switch (d.state) {
      case 'TIMEOUT':
        return `${ended}: its time limit of ${d.timeLimit} was reached (TIMEOUT). Ask for more as "time" in lockstep.json.`;
      case 'CANCELLED':
        return `${ended}: you or an administrator cancelled it with scancel (CANCELLED). ${again}.`;
      case 'PREEMPTED':
        return `${ended}: a job of higher priority took its place (PREEMPTED). ${again}.`;
      case 'NODE_FAIL':
        return `${ended}: one of its machines failed (NODE_FAIL). ${again}.`;
      default:
        return `${ended}; Slurm's word for why is ${d.state}. ${again}.`;
    }
  }, false),
} satisfies Record<string, ErrorKind>;
