/** How a job of Slurm stands, in words for who waits for it. */
import { LockstepError } from '../../protocol/errors';
import type { SlurmSite } from './slurmSite';

/** A job in the queue. */
export interface QueueState {
  /** Slurm's word: PENDING, CONFIGURING, RUNNING, … */
  state: string;
  /** Slurm's word for why it waits. */
  reason: string;
  /** When Slurm expects it to start, as it writes it; absent where it does not know. */
  start?: string;
}

/** Slurm's words for why a job waits, for who does not know Slurm (`man squeue`, "JOB REASON CODES"). */
const reasons: Record<string, string> = {
  None: 'Slurm has not looked at it yet',
  Priority: 'jobs before it have a higher priority',
  Resources: 'all machines that would do are in use',
  Dependency: 'it waits for another job',
  Reservation: 'its reservation has not begun',
  BeginTime: 'its time to begin has not come',
  Licenses: 'its licenses are in use',
  JobHeldUser: 'you hold it; release it with scontrol',
  JobHeldAdmin: 'an administrator holds it',
  ReqNodeNotAvail: 'machines that it asks for are down, drained or reserved',
  PartitionDown: 'the partition is down',
  PartitionInactive: 'the partition takes no jobs at present',
  NodeDown: 'a machine that it asks for is down',
  QOSMaxJobsPerUserLimit: 'you have as many jobs as your quality of service allows',
  AssocMaxJobsLimit: 'your account has as many jobs as it may',
  AssocGrpCpuLimit: 'your account uses as many processors as it may',
  QOSMaxCpuPerUserLimit: 'you use as many processors as your quality of service allows',
};

/** Reasons with which a job would wait for ever: what it asks for is against the limits. */
const hopeless =
  /^(?:PartitionTimeLimit|PartitionNodeLimit|BadConstraints|InvalidAccount|InvalidQOS|AccountNotAllowed|QOSNotAllowed|.*(?:MaxNode|MaxCpu|MaxWall|MaxMem)PerJob.*|.*MaxWallDurationPerJobLimit)$/;

/** Pauses between looks at a job that is ending, and how many of them. */
const completingMs = 250;
const completingLooks = 40;

/** Asks for one job; undefined where Slurm knows none of this number. `--json` would list every job of the cluster. */
export async function queueState(site: SlurmSite, job: string): Promise<QueueState | undefined> {
  const text = await site.run('squeue', ['--noheader', `--jobs=${job}`, '--states=all', '--format=%T|%r|%S']);
  return parseQueueState(text);
}

/** Reads a line of `state|reason|start`. */
export function parseQueueState(text: string): QueueState | undefined {
  const [state, reason = 'None', start = ''] = text.trim().split('|');
  if (!state) return undefined;
  return { state, reason, start: /^\d{4}-/.test(start) ? start : undefined };
}

/** A job that waits, as a clause: Slurm's reason in words, and in its own. */
export function describeWaiting({ state, reason, start }: QueueState): string {
  if (state === 'CONFIGURING') return 'its machines are being made ready';
  // ReqNodeNotAvail has the machines behind it.
  const words = reasons[reason.split(',')[0] ?? ''];
  const why = words === undefined ? `reason ${reason}` : `${words} (${reason})`;
  return `in the queue; ${why}${start ? `; expected to start at ${start.replace('T', ' ')}` : ''}`;
}

/** Whether a job waits for what will never be. */
export function isHopeless({ state, reason }: QueueState): boolean {
  return state === 'PENDING' && hopeless.test(reason);
}

/** How a job ended that we did not end; undefined while it runs. */
export async function endOfJob(site: SlurmSite, job: string): Promise<LockstepError | undefined> {
  for (let look = 1; ; look += 1) {
    const text = await site.run('scontrol', ['--oneliner', 'show', 'job', job]);
    // Until its last process has ended, Slurm may not say how it ends.
    if (!/ JobState=COMPLETING /.test(text) || look === completingLooks) return describeEnd(job, text);
    await new Promise((resolve) => setTimeout(resolve, completingMs));
  }
}

/** The error that stands for how a job ended, from what `scontrol show job` says; undefined while it runs. */
export function describeEnd(job: string, text: string): LockstepError | undefined {
  const field = (name: string) => new RegExp(`(?:^|\\s)${name}=(\\S+)`).exec(text)?.[1];
  const state = field('JobState') ?? 'unknown';
  if (['RUNNING', 'PENDING', 'CONFIGURING', 'SUSPENDED', 'RESIZING', 'SIGNALING'].includes(state))
    return undefined;
  return new LockstepError('slurmEnded', { job, state, timeLimit: field('TimeLimit') ?? 'unknown' });
}
