/**
 * An allocation of Slurm. `salloc` holds it, as long as the command that it runs reads from us: when this process ends,
 * however it ends, that command's input ends, and the allocation is given back. While it waits in the queue nothing
 * reads; so beside it stands a guard, which reads from us too, and ends `salloc` and cancels the job.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { LockstepError } from '../../protocol/errors';
import { describeWaiting, endOfJob, isHopeless, queueState } from './queueState';
import { commandError, slurmCommand, slurmEnvironment } from './slurmCommand';

/** Run by `salloc` once the allocation stands: tells what it is, and holds it. */
const holder = `printf 'lockstep %s %s\\n' "$SLURM_JOB_ID" "$SLURM_JOB_NODELIST"; exec cat > /dev/null`;
/**
 * Reads the job's number, once it is known; at the end of its input it cancels the job. An `salloc` that does not see
 * that as its own end, or has no job yet, is ended too.
 */
const guardian = `job=
while read -r word; do job=$word; done
if [ -n "$job" ]; then scancel "$job"; else kill "$1"; fi
for second in 1 2 3; do kill -0 "$1" || exit; sleep 1; done
kill -9 "$1"`;

/** Pauses between looks at the queue, in milliseconds; the last one repeats: a controller serves many. */
const lookMs = [500, 1000, 2000, 5000, 10_000];
/** How long `salloc` has for giving back an allocation. */
const goodbyeMs = 5000;

export interface AllocationRequest {
  /** Options of `salloc`. */
  options: string[];
  /** Why the job waits in the queue, whenever that changes. */
  onWaiting(job: string, reason: string): void;
  /** Aborted when nobody waits for it any more. */
  signal: AbortSignal;
  /** The error that Slurm's refusal stands for: what its commands printed, or the reason with which a job waits. */
  refusal(words: { stderr?: string; reason?: string }): Promise<LockstepError>;
}

export class Allocation {
  /** Slurm's number of it. */
  job = '';
  /** Names of its machines. */
  hosts: string[] = [];
  /** Resolves when it has ended without being given back, with how. */
  readonly gone: Promise<LockstepError>;
  private readonly salloc: ChildProcessWithoutNullStreams;
  private readonly exited: Promise<void>;
  private guard: ChildProcessWithoutNullStreams | undefined;
  private stderr = '';
  private releasing = false;
  private looking: Promise<LockstepError | undefined> | undefined;

  private constructor(private readonly request: AllocationRequest) {
    const { options } = request;
    // Without the option, it would wait for the holder when the allocation is taken away.
    this.salloc = start('salloc', [...options, '--kill-command', '/bin/sh', '-c', holder]);
    this.exited = new Promise((resolve) => {
      this.salloc.once('close', () => resolve());
    });
    this.gone = new Promise((resolve) => {
      void this.exited.then(async () => {
        this.guard?.kill('SIGKILL');
        if (this.hosts.length > 0 && !this.releasing) resolve(await this.end());
      });
    });
    this.salloc.once('spawn', () => {
      this.guard = start('/bin/sh', ['-c', guardian, 'guard', String(this.salloc.pid)]);
      if (this.job) this.guard.stdin.write(`${this.job}\n`);
    });
    this.salloc.stderr.on('data', (data: Buffer) => this.hear(data.toString()));
  }

  /** Waits until Slurm gives an allocation. Throws LockstepError: slurm…, or `stopped` when the signal is aborted. */
  static async open(request: AllocationRequest): Promise<Allocation> {
    const allocation = new Allocation(request);
    const stop = () => void allocation.release();
    request.signal.addEventListener('abort', stop, { once: true });
    if (request.signal.aborted) stop();
    try {
      await allocation.granted();
      return allocation;
    } catch (error) {
      await allocation.release();
      throw request.signal.aborted ? new LockstepError('stopped') : error;
    } finally {
      request.signal.removeEventListener('abort', stop);
    }
  }

  /** Why Slurm is ending the allocation, if it is. */
  async takenAway(): Promise<LockstepError | undefined> {
    if (this.releasing) return undefined;
    this.looking ??= endOfJob(this.job)
      .catch(() => undefined) // the controller does not answer: nothing says that it ended
      .finally(() => (this.looking = undefined));
    return this.looking;
  }

  /** Gives it back, or gives it up while it is waited for; resolves once Slurm knows. */
  async release(): Promise<void> {
    if (this.releasing) return this.exited;
    this.releasing = true;
    this.salloc.stdin.end();
    if (this.hosts.length === 0) this.salloc.kill(); // it waits: nothing of it reads
    const timer = setTimeout(() => this.salloc.kill('SIGKILL'), goodbyeMs);
    await this.exited;
    clearTimeout(timer);
    // Had `salloc` not told the controller, nobody would.
    if (this.job && (await endOfJob(this.job).catch(() => true)) === undefined)
      await slurmCommand('scancel', [this.job]).catch(() => undefined);
  }

  /** Resolves once the allocation stands. */
  private async granted(): Promise<void> {
    const told = new Promise<string>((resolve, reject) => {
      let text = '';
      this.salloc.stdout.on('data', (data: Buffer) => {
        text += data.toString();
        const line = /^lockstep (.*)\n/m.exec(text)?.[1];
        if (line !== undefined) resolve(line);
      });
      this.salloc.once('error', (error) => reject(commandError('salloc', error, '')));
      void this.exited.then(async () => reject(await this.request.refusal({ stderr: this.stderr })));
    });
    const watching = new AbortController();
    try {
      const [job = '', list = ''] = (await Promise.race([told, this.watch(watching.signal)])).split(' ');
      this.job = job;
      this.hosts = (await slurmCommand('scontrol', ['show', 'hostnames', list])).trim().split('\n');
    } finally {
      watching.abort();
    }
  }

  /** Tells how the job stands while it waits; rejects when it would wait for ever. */
  private async watch(signal: AbortSignal): Promise<never> {
    let said = '';
    for (let look = 0; !signal.aborted; look += 1) {
      await pause(lookMs[Math.min(look, lookMs.length - 1)] ?? 0, signal);
      if (signal.aborted || !this.job) continue;
      const state = await queueState(this.job).catch(() => undefined); // the next look may succeed
      if (!state || signal.aborted) continue;
      if (isHopeless(state)) throw await this.request.refusal({ reason: state.reason });
      const text = describeWaiting(state);
      if (text !== said && state.state !== 'RUNNING') this.request.onWaiting(this.job, (said = text));
    }
    return new Promise(() => undefined); // the allocation stands, or will not: who raced has it
  }

  private hear(text: string): void {
    this.stderr += text;
    const job = /(?:Pending|Granted) job allocation (\d+)/.exec(this.stderr)?.[1];
    if (job === undefined || this.job) return;
    this.job = job;
    this.guard?.stdin.write(`${job}\n`);
  }

  private async end(): Promise<LockstepError> {
    const error = await endOfJob(this.job).catch(() => undefined);
    return error ?? new LockstepError('slurmEnded', { job: this.job, state: 'unknown' });
  }
}

/** In a session of its own: a Ctrl+C is the coordinator's to handle, and its group's end does not end this. */
function start(command: string, args: string[]): ChildProcessWithoutNullStreams {
  const child = spawn(command, args, { env: slurmEnvironment(), stdio: 'pipe', detached: true });
  child.on('error', () => undefined); // `close` follows
  child.stdin.on('error', () => undefined);
  return child;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
