/**
 * The relay's process, started on another machine over SSH or by Slurm.
 *
 *   relay.js             starts a relay that outlives this process, and becomes a pipe to it
 *   relay.js attach DIR  becomes a pipe to the relay of this run directory
 *   relay.js serve       the relay itself
 *
 * A pipe is standard input and output; when they end, the relay waits for another one until its lease runs out.
 */
import { spawn } from 'node:child_process';
import { hostname } from 'node:os';
import { Duplex } from 'node:stream';
import type { RelayBoot, RelayReady } from '../protocol/relay';
import { splice } from '../transport/link';
import { readLine } from '../transport/readLine';
import { openStream, socketAddress } from '../transport/unixSocket';
import { pipeSocketName, Relay } from './relay';

const [mode, directory] = process.argv.slice(2);

if (mode === 'serve') void serve();
else if (mode === 'attach' && directory !== undefined) void becomePipe(directory);
else void start();

async function serve(): Promise<void> {
  const { leaseMs } = JSON.parse(await readLine(process.stdin)) as RelayBoot;
  const relay = new Relay(leaseMs, () => process.exit(0));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => relay.close());
  process.on('SIGHUP', () => undefined); // the login that started us may end; the lease decides
  await relay.listen();
  const ready: RelayReady = {
    lockstepRelay: 1,
    pid: process.pid,
    host: hostname(),
    runDirectory: relay.runDirectory,
  };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
}

async function start(): Promise<void> {
  const boot = await readLine(process.stdin);
  const child = spawn(process.execPath, [__filename, 'serve'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  child.stdin.end(`${boot}\n`);
  const line = await readLine(child.stdout);
  child.stdout.destroy();
  child.unref();
  process.stdout.write(`${line}\n`);
  await becomePipe((JSON.parse(line) as RelayReady).runDirectory);
}

async function becomePipe(runDirectory: string): Promise<void> {
  const standard = Duplex.from({ readable: process.stdin, writable: process.stdout });
  const relay = await openStream(socketAddress(runDirectory, pipeSocketName)).catch(() => {
    process.stderr.write(`lockstep: there is no relay in ${runDirectory} any more\n`);
    process.exit(1);
  });
  relay.once('close', () => process.exit(0));
  standard.once('close', () => process.exit(0));
  splice(standard, relay);
}
