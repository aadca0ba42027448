import { appendFileSync, readFileSync } from 'node:fs';
import type { SshCluster } from '../../runtime/protocol/configuration';
import { type Sshd, type SshdOptions, startSshd } from './sshd';

/** Two machines of a lab: two real servers, both in the SSH configuration of the first. */
export interface TwoMachines {
  /** Known as `lab`. */
  first: Sshd;
  /** Known as `lab2`. */
  second: Sshd;
  /** A cluster of both. */
  cluster: SshCluster;
  stop(): Promise<void>;
}

/** Starts both machines; the second with options of its own, if there are any. */
export async function startTwoMachines(options: SshdOptions = {}): Promise<TwoMachines> {
  const [first, second] = await Promise.all([startSshd(), startSshd(options)]);
  const other = readFileSync(second.configFile, 'utf8').replace('Host lab', 'Host lab2');
  appendFileSync(first.configFile, `\n${other}`);
  const hosts = [{ host: 'lab' }, { host: 'lab2' }];
  return {
    first,
    second,
    cluster: { type: 'ssh', nodes: 4, configFile: first.configFile, hosts },
    async stop() {
      await Promise.all([first.stop(), second.stop()]);
    },
  };
}
