import type { HostChange, HostInfo } from '../protocol/host';

/** The machines of the clusters in use, as they are now; `publish` hears of each change. */
export class Hosts {
  private readonly known = new Map<string, HostInfo>();

  constructor(private readonly publish: (host: HostInfo) => void) {}

  list(): HostInfo[] {
    return [...this.known.values()];
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
