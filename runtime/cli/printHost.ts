import { describeHost, type HostInfo } from '../protocol/host';

/** A line where a machine does something else than what was said of it last. */
export function printHost(host: HostInfo, said: Map<string, string>): void {
  const text = describeHost({ ...host, fraction: undefined });
  if (said.get(host.name) === text || host.state === 'closed') return;
  said.set(host.name, text);
  process.stderr.write(`${host.name}: ${text}\n`);
}
