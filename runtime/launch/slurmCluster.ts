/**
 * Machines of a Slurm allocation: asks for one, and starts a relay on each machine in it. A bundle of its own
 * (`dist/slurm.js`), loaded when the first such cluster is used.
 *
 * One relay a machine, not one task of Slurm's a node: nodes are then started, watched and reached again after a break
 * as on any other machine, and `srun` carries one stream a machine. Each node finds its rank in its environment, where
 * Slurm's own tasks have theirs.
 */
import type { SlurmCluster } from '../protocol/configuration';
import { type Machine, type MachineContext, openMachine } from './machine';
import { placeNodes } from './placement';
import type { RemoteHost } from './remote';
import { Allocation } from './slurm/allocation';
import { LoginSite } from './slurm/loginSite';
import { refusalOf } from './slurm/refusal';
import { sallocOptions } from './slurm/sallocOptions';
import { localSite, type SlurmSite } from './slurm/slurmSite';
import { SrunHost } from './slurm/srunHost';

export interface SlurmContext extends MachineContext {
  /** Opens a connection to the login machine that the cluster names. */
  connectLogin(signal?: AbortSignal): Promise<RemoteHost>;
}

/** The machines of an allocation, and what gives it back. */
export interface SlurmMachines {
  machines: Machine[];
  release(): Promise<void>;
}

/**
 * Waits for an allocation for so many nodes, and opens its machines. Throws LockstepError; nothing of the allocation is
 * left then.
 */
export async function openSlurmMachines(
  cluster: SlurmCluster,
  tasks: number,
  context: SlurmContext,
): Promise<SlurmMachines> {
  if (tasks <= 0) return { machines: [], release: () => Promise.resolve() };
  // A connection of its own for each machine: a server takes a few commands at a time over one.
  const openSite = async (signal?: AbortSignal): Promise<SlurmSite> =>
    cluster.login === undefined ? localSite : new LoginSite(await context.connectLogin(signal));
  const { allocation, giveBack } = await allocate(cluster, tasks, context, openSite);
  const { job, hosts } = allocation;
  const giveUp = () => void giveBack();
  context.signal.addEventListener('abort', giveUp, { once: true });
  const places = placeNodes(
    tasks,
    hosts.map((name) => ({ name })),
  );
  const open = hosts.map((name, index) => {
    const nodes = places.filter((place) => place === index).length;
    const firstRank = (cluster.localNodes ?? 0) + places.indexOf(index);
    context.onHost({ name, cluster: context.name });
    return () =>
      openMachine(
        {
          slots: { name, nodes },
          node: cluster.node,
          nodeArchive: cluster.nodeArchive,
          reach: async (signal) => new SrunHost(name, job, await openSite(signal), allocation.gone),
          // Slurm's unbuffered output is a terminal, which Node.js would write to with its event loop standing.
          relayLine: (command) => `${command} | cat`,
          gone: allocation.gone,
          takenAway: () => allocation.takenAway(),
          environment: ({ rank, size }) => ({
            SLURM_PROCID: String(rank),
            SLURM_LOCALID: String(rank - firstRank),
            SLURM_NTASKS: String(size),
          }),
        },
        context,
        () => undefined,
      );
  });
  try {
    // Where they share their disks, the first one's upload is everybody's.
    const [first, ...others] = open;
    const machines = first ? [await first(), ...(await Promise.all(others.map((each) => each())))] : [];
    return {
      machines,
      async release() {
        await Promise.all(machines.map(({ host }) => host.close()));
        await giveBack();
      },
    };
  } catch (error) {
    await giveBack();
    throw error;
  } finally {
    context.signal.removeEventListener('abort', giveUp);
  }
}

/** Waits in the queue; the queue is shown as a machine that is waited for. */
async function allocate(
  cluster: SlurmCluster,
  tasks: number,
  { name: clusterName, signal, onHost }: MachineContext,
  openSite: (signal: AbortSignal) => Promise<SlurmSite>,
): Promise<{ allocation: Allocation; giveBack(): Promise<void> }> {
  let site: SlurmSite | undefined;
  let shown: string | undefined;
  const show = (name: string, reason: string) => {
    if (shown !== undefined && shown !== name) onHost({ name: shown, state: 'closed' });
    onHost({ name: (shown = name), cluster: clusterName, state: 'waiting', reason });
  };
  try {
    if (cluster.login !== undefined) show('Slurm', `connecting to ${cluster.login}`);
    const opened = await openSite(signal);
    site = opened;
    show('Slurm', 'asking for an allocation');
    const allocation = await Allocation.open({
      site: opened,
      options: sallocOptions(cluster, tasks),
      onWaiting: (job, reason) => show(`Slurm job ${job}`, reason),
      signal,
      refusal: (words) => refusalOf(opened, cluster, words),
    });
    return { allocation, giveBack: () => allocation.release().finally(() => opened.dispose()) };
  } catch (error) {
    site?.dispose();
    throw error;
  } finally {
    if (shown !== undefined) onHost({ name: shown, state: 'closed' });
  }
}
