/** Machines of their own on one network, as Linux network namespaces: they end with the test, and only root makes them. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';

/** A machine with one interface, `eth0`, on the switch of a network. */
export interface Machine {
  readonly address: string;
  /** The beginning of a command that runs on the machine. */
  readonly run: readonly string[];
  /** Pulls out its cable, or puts it back. */
  setLink(state: 'up' | 'down'): void;
}

export interface LocalNetwork {
  readonly machines: readonly Machine[];
  end(): void;
}

/** So many machines on one switch: 10.77.0.1, 10.77.0.2, … */
export function makeNetwork(count: number): LocalNetwork {
  if (process.getuid?.() !== 0) {
    throw new Error(
      'Only root can make network namespaces: run this suite as root, for example in a container.',
    );
  }
  const holders: ChildProcess[] = [];
  const makeNamespace = (): { pid: number; run: string[] } => {
    const holder = spawn('unshare', ['--net', 'sleep', 'infinity'], { stdio: 'ignore' });
    holders.push(holder);
    const pid = holder.pid as number;
    const own = namespaceOf(process.pid);
    while (namespaceOf(pid) === own) execFileSync('sleep', ['0.01']);
    return { pid, run: ['nsenter', `--net=/proc/${pid}/ns/net`] };
  };
  const on = ([program = '', ...words]: readonly string[], ...more: string[]) =>
    execFileSync(program, [...words, ...more], { encoding: 'utf8' });

  const hub = makeNamespace();
  on(hub.run, 'ip', 'link', 'add', 'switch', 'type', 'bridge');
  on(hub.run, 'ip', 'link', 'set', 'switch', 'up');
  const machines = Array.from({ length: count }, (_, index): Machine => {
    const { pid, run } = makeNamespace();
    const address = `10.77.0.${index + 1}`;
    const port = `port${index + 1}`;
    on(hub.run, 'ip', 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(pid));
    on(hub.run, 'ip', 'link', 'set', port, 'master', 'switch', 'up');
    on(run, 'ip', 'address', 'add', `${address}/24`, 'dev', 'eth0');
    on(run, 'ip', 'link', 'set', 'eth0', 'up');
    on(run, 'ip', 'link', 'set', 'lo', 'up');
    return { address, run, setLink: (state) => void on(hub.run, 'ip', 'link', 'set', port, state) };
  });
  return { machines, end: () => holders.forEach((holder) => holder.kill('SIGKILL')) };
}

const namespaceOf = (pid: number): string => {
  try {
    return execFileSync('readlink', [`/proc/${pid}/ns/net`], { encoding: 'utf8' });
  } catch {
    throw new Error('A network namespace could not be made: "unshare --net" ended at once.');
  }
};
