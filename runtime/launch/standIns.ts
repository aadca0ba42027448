import type { Disposable } from '../core/disposable';
import { nodeSocketName } from '../protocol/relay';
import { listenAt, socketAddress, type StreamServer } from '../transport/unixSocket';
import type { RoutePeer } from './nodeHost';

/**
 * Stands in for nodes that live on other hosts: listens where they would listen if they lived here, and hands on
 * whatever is opened there.
 */
export class StandIns implements Disposable {
  private readonly servers = new Map<string, Promise<StreamServer>>();

  constructor(
    private readonly runDirectory: string,
    private readonly route: RoutePeer,
  ) {}

  /** Listens for these ranks of a job; resolves when all can be reached. */
  async listen(job: number, ranks: readonly number[]): Promise<void> {
    await Promise.all(
      ranks.map((rank) => {
        const name = nodeSocketName(job, rank);
        const server =
          this.servers.get(name) ??
          listenAt(socketAddress(this.runDirectory, name), (stream) => this.route(job, rank, stream));
        this.servers.set(name, server);
        return server;
      }),
    );
  }

  dispose(): void {
    for (const server of this.servers.values()) {
      void server.then(
        (each) => each.close(),
        () => undefined, // it never listened
      );
    }
    this.servers.clear();
  }
}
