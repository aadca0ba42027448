/** What Slurm says when it does not give an allocation, and what to do about it where that is known. */
import type { SlurmCluster } from '../../protocol/configuration';
import { LockstepError } from '../../protocol/errors';
import { controllerError, slurmWords } from './slurmCommand';
import type { SlurmSite } from './slurmSite';

/** A partition, as far as it decides what can be asked for. */
export interface Partition {
  name: string;
  isDefault: boolean;
  /** As Slurm writes it. */
  timeLimit: string;
  nodes: number;
  /** Of its largest machine. */
  cpus: number;
  memoryMiB: number;
  features: string[];
}

const format = '%P|%l|%D|%c|%m|%b';

/** The partitions that this user may see. */
export async function listPartitions(site: SlurmSite): Promise<Partition[]> {
  return parsePartitions(await site.run('sinfo', ['--noheader', `--format=${format}`]));
}

/** Reads lines of `name|time limit|machines|processors|MiB|features`; a partition may have several. */
export function parsePartitions(text: string): Partition[] {
  const partitions = new Map<string, Partition>();
  for (const line of text.split('\n')) {
    const [title = '', timeLimit = '', nodes, cpus, memory, features = ''] = line.trim().split('|');
    if (!title) continue;
    const name = title.replace(/\*$/, '');
    const known = partitions.get(name);
    partitions.set(name, {
      name,
      isDefault: title.endsWith('*'),
      timeLimit,
      nodes: (known?.nodes ?? 0) + quantity(nodes),
      cpus: Math.max(known?.cpus ?? 0, quantity(cpus)),
      memoryMiB: Math.max(known?.memoryMiB ?? 0, quantity(memory)),
      features: [...new Set([...(known?.features ?? []), ...featuresOf(features)])],
    });
  }
  return [...partitions.values()];
}

/** Slurm writes `4+` where machines differ. */
const quantity = (text = ''): number => Number.parseInt(text, 10) || 0;
const featuresOf = (text: string): string[] => text.split(',').filter((name) => name && name !== '(null)');

/** The error that Slurm's refusal stands for: what its commands printed, or the reason with which a job waits. */
export async function refusalOf(
  site: SlurmSite,
  cluster: SlurmCluster,
  { stderr = '', reason: pending }: { stderr?: string; reason?: string },
): Promise<LockstepError> {
  const lost = controllerError(stderr);
  if (lost) return lost;
  const reason =
    pending === undefined
      ? slurmWords(stderr) || 'salloc ended without a word'
      : `the job would wait for ever, reason ${pending}`;
  const partitions = await listPartitions(site).catch(() => []);
  return explainRefusal(cluster, reason, partitions, await associations(site, reason));
}

/** The error for a reason, given what the partitions offer and which accounts the user has. */
export function explainRefusal(
  cluster: SlurmCluster,
  reason: string,
  partitions: Partition[],
  accounts: string,
): LockstepError {
  const partition = partitions.find(({ name, isDefault }) =>
    cluster.partition === undefined ? isDefault : name === cluster.partition,
  );
  const known = partitions.map(({ name }) => name).join(', ') || 'none that you may see';
  if (/partition name/i.test(reason)) return new LockstepError('slurmNoPartition', { reason, known });
  if (/time limit|PartitionTimeLimit|MaxWall/i.test(reason)) {
    const limit = partition && `Partition ${partition.name} allows ${partition.timeLimit}`;
    return new LockstepError('slurmTimeLimit', { reason, asked: cluster.time, limit });
  }
  if (/invalid account|invalid qos|InvalidAccount|InvalidQOS|NotAllowed/i.test(reason))
    return new LockstepError('slurmNoAccount', { reason, accounts });
  if (
    /node configuration|feature|node count|more processors|memory|PartitionNodeLimit|BadConstraints|Max(?:Node|Cpu)/i.test(
      reason,
    )
  )
    return new LockstepError('slurmUnsatisfiable', { reason, offer: partition && offerOf(partition), known });
  return new LockstepError('slurmRefused', { reason });
}

function offerOf({ name, nodes, cpus, memoryMiB, features }: Partition): string {
  const machines = nodes === 1 ? '1 machine' : `${nodes} machines`;
  const marks = features.length > 0 ? ` and the features ${features.join(', ')}` : '';
  return `Partition ${name} has ${machines} with up to ${cpus} processors, ${memoryMiB} MiB${marks}`;
}

/** The accounts and qualities of service of this user, where there is a database of them. */
async function associations(site: SlurmSite, reason: string): Promise<string> {
  if (!/account|qos/i.test(reason)) return '';
  const user = await site.run('id', ['-un']).catch(() => '');
  const args = [
    '--noheader',
    '--parsable2',
    'show',
    'associations',
    `user=${user.trim()}`,
    'format=account,qos',
  ];
  const text = await site.run('sacctmgr', args).catch(() => '');
  return [...new Set(text.split('\n').filter(Boolean))]
    .map((line) => line.split('|'))
    .map(([account, qos]) => (qos ? `${account} (qos ${qos})` : account))
    .join(', ');
}
