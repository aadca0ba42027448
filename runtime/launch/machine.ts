/** A machine that takes nodes: what it lacks is uploaded, a relay runs on it, and programs follow as jobs need them. */
import { Duplex } from 'node:stream';
import type { HostChange } from '../protocol/host';
import type { Bundle } from '../protocol/job';
import { relayLeaseMs } from '../protocol/relay';
import type { Answers } from '../protocol/questions';
import { factsOf, provision, type Provisioned, type ProvisionProgress } from '../provision';
import type { DirectPairs } from './directPairs';
import type { RoutePeer, Seat } from './nodeHost';
import type { Slots } from './placement';
import { RelayHost, type RelayHostOptions } from './relayHost';
import { type RemoteHost, shellQuote } from './remote';

/** What a coordinator hands in for the machines of a job. */
export interface MachineContext {
  /** The cluster's name. */
  name: string;
  /** Folder of the runtime's bundles here. */
  distribution: string;
  bundle: Bundle;
  ask: Answers;
  /** The direct links of this run's machines. */
  direct: DirectPairs;
  route: RoutePeer;
  /** A node on another machine opens its link. */
  onLink(stream: Duplex): void;
  /** What is new of a machine. */
  onHost(change: HostChange): void;
  /** Aborted when nobody waits for the machines any more. */
  signal: AbortSignal;
}

/** A machine with a relay on it. */
export interface Machine {
  host: RelayHost;
  slots: Slots;
  /** Uploads a program and its data, as far as the machine does not have them. */
  take(bundle: Bundle): Promise<void>;
  seatFor(bundle: Bundle): Seat;
}

/** One machine of a cluster, and the way to it. */
export interface MachineOptions extends Pick<RelayHostOptions, 'gone' | 'takenAway' | 'environment'> {
  slots: Slots;
  /** Absolute path of Node.js there. */
  node?: string;
  /** Path here of an archive of Node.js for a machine that has none. */
  nodeArchive?: string;
  /** Reaches the machine, for the first time and again after its link broke; aborting the signal ends the attempt. */
  reach(signal?: AbortSignal): Promise<RemoteHost>;
  /** The line that runs a relay's command there with its standard streams as they are. */
  relayLine(command: string): string;
}

/** Reaches a machine, uploads what it lacks and starts a relay on it. */
export async function openMachine(
  options: MachineOptions,
  context: MachineContext,
  onClosed: () => void,
): Promise<Machine> {
  const { slots, node, nodeArchive, reach, relayLine, gone, takenAway, environment } = options;
  const { distribution, bundle, route } = context;
  const tell = (change: Partial<HostChange>) => context.onHost({ name: slots.name, ...change });
  const supply = (to: RemoteHost, program: Bundle): Promise<Provisioned> =>
    provision(
      to,
      { runtime: distribution, bundles: [program] },
      { node, nodeArchive },
      wholePercents((fraction) => tell({ state: 'uploading', fraction })),
    );

  tell({ state: 'connecting' });
  let remote = await reach(context.signal);
  try {
    const there = await supply(remote, bundle);
    const programs = new Map([[bundle.hash, there]]);
    const relay = [there.node, there.pathOf(`${distribution}/relay.js`)];
    tell({ state: 'starting', facts: factsOf(there.facts) });
    const host: RelayHost = await RelayHost.open({
      name: slots.name,
      leaseMs: relayLeaseMs,
      openPipe: async (runDirectory) => {
        if (runDirectory !== undefined) {
          remote.dispose();
          remote = await reach();
        }
        const words = runDirectory === undefined ? relay : [...relay, 'attach', runDirectory];
        return openPipe(remote, relayLine(words.map(shellQuote).join(' ')));
      },
      entry: there.pathOf(`${distribution}/node.js`),
      route,
      onLink: (stream) => context.onLink(stream),
      onReachable: (reachable) => tell({ state: reachable ? 'ready' : 'unreachable' }),
      onDirectChanged: (other, state) => {
        const news = context.direct.changed(host.id, other, state);
        if (news) tell({ state: 'ready', ...news });
      },
      onPulse: (load) => tell({ load }),
      onClosed: (error) => {
        context.direct.forget(host.id);
        tell(error ? { state: 'lost', reason: error.message } : { state: 'closed' });
        remote.dispose();
        onClosed();
      },
      gone,
      takenAway,
      environment,
    });
    tell({ state: 'ready' });
    return {
      host,
      slots,
      async take(program) {
        programs.set(program.hash, await supply(remote, program));
        tell({ state: 'ready' });
      },
      seatFor(program) {
        const supplied = programs.get(program.hash) as Provisioned;
        const bundlePath = supplied.pathOf(program.path);
        const cwd = bundlePath.slice(0, bundlePath.lastIndexOf('/'));
        return { host, node: { path: supplied.node, env: {} }, bundlePath, cwd };
      },
    };
  } catch (error) {
    remote.dispose();
    throw error;
  }
}

/** Tells of an upload when another whole percent of it is done, and no more often. */
function wholePercents(tell: (fraction: number) => void): (progress: ProvisionProgress) => void {
  let told = -1;
  return ({ sentBytes, totalBytes }) => {
    const percent = Math.floor((100 * sentBytes) / Math.max(1, totalBytes));
    if (percent === told) return;
    told = percent;
    tell(percent / 100);
  };
}

/** A command there, its standard streams as one. */
async function openPipe(remote: RemoteHost, line: string): Promise<Duplex> {
  const { stdin, stdout, stderr } = await remote.exec(line);
  stderr.resume();
  // A channel of the library is both in one; what is made of two costs more.
  return stdout instanceof Duplex && Object.is(stdin, stdout)
    ? stdout
    : Duplex.from({ readable: stdout, writable: stdin });
}
