import type { HostChange, HostInfo } from '../protocol/host';

/** The machines of the clusters in use, as they are now; `publish` hears of each change. */
export class Hosts {
  private readonly known = new Map<string, HostInfo>();

  constructor(private readonly publish: (host: HostInfo) => void) {}

  list(): HostInfo[] {
    return [...this.known.values()];
  }

  /** Drops the machines of a cluster that could not be used, or were lost, and that it no longer names. */
  keep(cluster: string, names: string[]): void {
    for (const host of this.list()) {
      const isGone = host.state === 'failed' || host.state === 'lost';
      if (isGone && host.cluster === cluster && !names.includes(host.name))
        this.update({ name: host.name, state: 'closed' });
    }
  }

  /** Takes in what is new of a machine. */
  update(change: HostChange): void {
    const before = this.known.get(change.name) ?? { name: change.name, cluster: '', state: 'connecting' };
    const isNewState = change.state !== undefined && change.state !== before.state;
    const host = { ...before, ...(isNewState && { fraction: undefined, reason: undefined }), ...change };
    if (host.state === 'closed') this.known.delete(host.name);
    else this.known.set(host.name, host);
    this.publish(host);
  }
}
