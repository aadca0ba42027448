/**
 * The relay's process, started on another machine over SSH or by Slurm.
 *
 *   relay.js             the relay itself; standard input and output are its first pipe to the coordinator
 *   relay.js attach DIR  another pipe to the relay of this run directory
 *
 * The relay outlives its pipes: when one ends, it waits for another until its lease runs out.
 */
import { hostname } from 'node:os';
import { ownMachineSize } from '../launch/machineSize';
import type { RelayBoot, RelayReady } from '../protocol/relay';
import { splice } from '../transport/link';
import { readLine } from '../transport/readLine';
import { openStream, socketAddress } from '../transport/unixSocket';
import { pipeSocketName, Relay } from './relay';
import { standardStreams } from './standardStreams';

const [mode, directory] = process.argv.slice(2);

if (mode === 'attach' && directory !== undefined) void becomePipe(directory);
else void serve();

async function serve(): Promise<void> {
  const pipe = standardStreams();
  const { leaseMs } = JSON.parse(await readLine(pipe)) as RelayBoot;
  const relay = new Relay(leaseMs, () => process.exit(0));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => relay.close());
  process.on('SIGHUP', () => undefined); // the login that started us may end; the lease decides
  await relay.listen();
  const ready: RelayReady = {
    lockstepRelay: 1,
    pid: process.pid,
    host: hostname(),
    size: ownMachineSize(),
    runDirectory: relay.runDirectory,
  };
  pipe.write(`${JSON.stringify(ready)}\n`);
  relay.attach(pipe);
}

async function becomePipe(runDirectory: string): Promise<void> {
  const pipe = standardStreams();
  const relay = await openStream(socketAddress(runDirectory, pipeSocketName)).catch(() => {
    process.stderr.write(`lockstep: there is no relay in ${runDirectory} any more\n`);
    process.exit(1);
  });
  relay.once('close', () => process.exit(0));
  pipe.once('close', () => process.exit(0));
  splice(pipe, relay);
}
