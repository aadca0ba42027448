import { hostname } from 'node:os';
import type { Duplex } from 'node:stream';
import { type ForeignNode, nodeSocketName } from '../protocol/relay';
import { openStream, socketAddress } from '../transport/unixSocket';
import { type LaunchedNode, launchLocal, type ProcessEnd, type RawOutput } from './local';
import { ownMachineSize } from './machineSize';
import type { NodeHost, NodeRequest, RoutePeer } from './nodeHost';
import { StandIns } from './standIns';

export interface LocalHostOptions {
  runDirectory: string;
  /** Path of the coordinator's socket. */
  coordinator: string;
  /** Path of the node's bundle. */
  entry: string;
  route: RoutePeer;
}

/** This machine. */
export class LocalHost implements NodeHost {
  readonly id = 'here';
  readonly name = hostname();
  readonly size = ownMachineSize();
  readonly reachable = true;
  private readonly standIns: StandIns;

  constructor(private readonly options: LocalHostOptions) {
    this.standIns = new StandIns(options.runDirectory, options.route);
  }

  launch(
    { identity, node, cwd, env, heapMiB, foreign }: NodeRequest,
    onRawOutput: RawOutput,
    onEnd: (end: ProcessEnd) => void,
  ): LaunchedNode {
    const { coordinator, runDirectory, entry } = this.options;
    // They listen before the program starts, which all nodes wait for.
    const ranks = foreign.map(({ rank }) => rank);
    void this.standIns.listen(identity.job, ranks);
    return launchLocal(
      { ...identity, coordinator, runDirectory },
      { node, entry, cwd, env, heapMiB },
      onRawOutput,
      onEnd,
    );
  }

  meet(job: number, nodes: readonly ForeignNode[]): Promise<void> {
    return this.standIns.listen(
      job,
      nodes.map(({ rank }) => rank),
    );
  }

  addressOf(job: number, rank: number): string {
    return socketAddress(this.options.runDirectory, nodeSocketName(job, rank));
  }

  openPeer(job: number, rank: number): Promise<Duplex> {
    return openStream(this.addressOf(job, rank));
  }

  close(): Promise<void> {
    this.standIns.dispose();
    return Promise.resolve();
  }
}
