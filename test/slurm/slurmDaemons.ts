/** Real daemons of Slurm for tests: a controller and two machines, with a configuration, keys and ports of their own. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { processesWith } from '../cluster/processes';
import { eventually } from '../remote/commands';
import { freePort } from '../remote/sshd';

/** Two machines of four processors each, in the partition `all`. */
export interface SlurmDaemons {
  /** Path of the configuration; while they run, it is in the environment, where Slurm's commands look. */
  readonly configuration: string;
  /** Ends the daemons and all that they started. */
  stop(): Promise<void>;
}

const machines = ['lab1', 'lab2'];

/** Runs a command of Slurm's to its end; answers what it printed. */
export const slurm = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

/** Numbers of the jobs that wait or run. */
export const queued = (): string[] =>
  slurm('squeue', '--noheader', '--format=%i').split('\n').filter(Boolean);

/** Takes all machines, so that others wait; answers what gives them back. */
export function takeAllMachines(): () => Promise<void> {
  slurm('salloc', '--no-shell', '--nodes=2', '--exclusive', '--job-name=blocker', '--quiet');
  return async () => {
    slurm('scancel', '--name=blocker');
    await eventually('the machines are free', () => queued().length === 0);
  };
}

/** Starts the daemons and waits until both machines take jobs. */
export async function startSlurm(): Promise<SlurmDaemons> {
  const directory = mkdtempSync('/tmp/slurm-'); // short, for the paths of sockets
  chmodSync(directory, 0o755);
  const path = (...names: string[]) => join(directory, ...names);
  for (const name of ['munge', 'state', 'spool', 'log']) mkdirSync(path(name), { mode: 0o755 });
  writeFileSync(path('munge', 'key'), randomBytes(1024), { mode: 0o400 });
  const configuration = path('slurm.conf');
  const [controller, ...ports] = [await freePort(), await freePort(), await freePort()];
  writeFileSync(configuration, configurationOf(directory, controller ?? 0, ports));
  writeFileSync(path('cgroup.conf'), '');
  const before = process.env['SLURM_CONF'];
  process.env['SLURM_CONF'] = configuration;
  const daemons: ChildProcess[] = [];
  const start = (command: string, args: string[]) =>
    daemons.push(spawn(command, args, { stdio: 'ignore', detached: true }));
  const stop = async () => {
    for (const daemon of daemons.reverse()) await end(daemon);
    for (const { pid } of processesWith(directory)) process.kill(pid, 'SIGKILL');
    await eventually('nothing of Slurm is left', () => processesWith(directory).length === 0);
    if (before === undefined) delete process.env['SLURM_CONF'];
    else process.env['SLURM_CONF'] = before;
    rmSync(directory, { recursive: true, force: true });
  };
  const munge = ['key', 'pid', 'log', 'seed'].map((name) => `--${name}-file=${path('munge', name)}`);
  start('munged', ['--foreground', '--force', `--socket=${path('munge', 'socket')}`, ...munge]);
  await eventually('munged listens', () => readdirSync(path('munge')).includes('socket'));
  start('slurmctld', ['-D', '-f', configuration]);
  for (const name of machines) start('slurmd', ['-D', '-N', name, '-f', configuration]);
  try {
    await untilIdle();
    return { configuration, stop };
  } catch (error) {
    const logs = readdirSync(path('log')).map((name) => readFileSync(path('log', name), 'utf8').slice(-2000));
    await stop();
    throw new Error(`Slurm did not start:\n${logs.join('\n')}`, { cause: error });
  }
}

function configurationOf(directory: string, controller: number, ports: number[]): string {
  const { username } = userInfo();
  const host = hostname();
  return [
    'ClusterName=test',
    `SlurmctldHost=${host}(127.0.0.1)`,
    `SlurmctldPort=${controller}`,
    `SlurmUser=${username}`,
    `SlurmdUser=${username}`,
    'AuthType=auth/munge',
    'CredType=cred/munge',
    `AuthInfo=socket=${directory}/munge/socket`,
    `StateSaveLocation=${directory}/state`,
    `SlurmdSpoolDir=${directory}/spool/%n`,
    `SlurmctldPidFile=${directory}/slurmctld.pid`,
    `SlurmdPidFile=${directory}/slurmd.%n.pid`,
    `SlurmctldLogFile=${directory}/log/slurmctld`,
    `SlurmdLogFile=${directory}/log/%n`,
    'ProctrackType=proctrack/linuxproc',
    'TaskPlugin=task/none',
    'JobAcctGatherType=jobacct_gather/none',
    'MpiDefault=none',
    'SelectType=select/cons_tres',
    'SelectTypeParameters=CR_Core',
    'SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0',
    'SlurmdParameters=config_overrides',
    'OverTimeLimit=0',
    'KillWait=2',
    'MailProg=/bin/true',
    ...machines.map(
      (name, index) =>
        `NodeName=${name} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${ports[index]} CPUs=4 RealMemory=1000`,
    ),
    `PartitionName=all Nodes=${machines.join(',')} Default=YES MaxTime=01:00:00 State=UP`,
    '',
  ].join('\n');
}

async function untilIdle(): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    await delay(100);
    try {
      const states = slurm('sinfo', '--noheader', '--Node', '--format=%T').split('\n');
      if (states.length === machines.length && states.every((state) => state === 'idle')) return;
    } catch {
      // the controller does not listen yet
    }
  }
  assert.fail('the machines are not idle');
}

async function end(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null || daemon.pid === undefined) return;
  const ended = new Promise((resolve) => daemon.once('exit', resolve));
  daemon.kill('SIGTERM');
  const late = setTimeout(() => daemon.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(late);
}
