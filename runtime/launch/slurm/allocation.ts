/**
 * An allocation of Slurm. `salloc` holds it, as long as the command that it runs reads from us: when this process ends,
 * however it ends, that command's input ends, and the allocation is given back. While it waits in the queue nothing
 * reads; so beside it stands a guard, which reads from us too, and ends `salloc` and cancels the job.
 */
import { LockstepError } from '../../protocol/errors';
import { describeWaiting, endOfJob, isHopeless, queueState } from './queueState';
import type { SlurmProcess, SlurmSite } from './slurmSite';

/** Run by `salloc` once the allocation stands: tells what it is, and holds it. */
const holder = `printf 'lockstep %s %s\\n' "$SLURM_JOB_ID" "$SLURM_JOB_NODELIST"; exec cat > /dev/null`;
/**
 * Reads the job's number, once it is known, and that all is done; where its input ends before, it cancels the job. An
 * `salloc` that does not see that as its own end, or has no job yet, is ended too.
 */
const guardian = `job=
while read -r word; do [ "$word" = done ] && exit; job=$word; done
if [ -n "$job" ]; then scancel "$job"; else kill "$1"; fi
for second in 1 2 3; do kill -0 "$1" || exit; sleep 1; done
kill -9 "$1"`;

/** Pauses between looks at the queue, in milliseconds; the last one repeats: a controller serves many. */
const lookMs = [500, 1000, 2000, 5000, 10_000];
/** How long `salloc` has for giving back an allocation. */
const goodbyeMs = 5000;

export interface AllocationRequest {
  site: SlurmSite;
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
  /** Resolves once `salloc` has ended: with an error where that is because the way to it is lost. */
  private readonly exited: Promise<LockstepError | undefined>;
  private readonly guard: Promise<SlurmProcess | undefined>;
  private stderr = '';
  private releasing = false;
  private looking: Promise<LockstepError | undefined> | undefined;

  private constructor(
    private readonly request: AllocationRequest,
    private readonly salloc: SlurmProcess,
  ) {
    const words = ['-c', guardian, 'guard', String(salloc.pid)];
    this.guard = request.site.start('/bin/sh', words).catch(() => undefined); // the connection is gone, and `salloc` with it
    this.exited = salloc.ended.then(({ code, signal }) =>
      code === null && signal === null ? request.site.lost() : undefined,
    );
    this.gone = new Promise((resolve) => {
      void this.exited.then(async (lost) => {
        if (!lost) this.tellGuard('done');
        if (this.hosts.length > 0 && !this.releasing) resolve(lost ?? (await this.end()));
      });
    });
    salloc.stderr.on('data', (data: Buffer) => this.hear(data.toString()));
  }

  /** Waits until Slurm gives an allocation. Throws LockstepError: slurm…, or `stopped` when the signal is aborted. */
  static async open(request: AllocationRequest): Promise<Allocation> {
    const { options, site } = request;
    // Without the option, it would wait for the holder when the allocation is taken away.
    const words = [...options, '--kill-command', '/bin/sh', '-c', holder];
    const allocation = new Allocation(request, await site.start('salloc', words));
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
    this.looking ??= endOfJob(this.request.site, this.job)
      .catch(() => undefined) // the controller does not answer: nothing says that it ended
      .finally(() => (this.looking = undefined));
    return this.looking;
  }

  /** Gives it back, or gives it up while it is waited for; resolves once Slurm knows. */
  async release(): Promise<void> {
    if (this.releasing) return void (await this.exited);
    this.releasing = true;
    this.salloc.stdin.end();
    if (this.hosts.length === 0) this.salloc.signal('TERM'); // it waits: nothing of it reads
    const timer = setTimeout(() => this.salloc.signal('KILL'), goodbyeMs);
    await this.exited;
    clearTimeout(timer);
    // Had `salloc` not told the controller, nobody would.
    if (this.job && (await endOfJob(this.request.site, this.job).catch(() => true)) === undefined)
      await this.request.site.run('scancel', [this.job]).catch(() => undefined);
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
      void this.exited.then(async (lost) =>
        reject(lost ?? (await this.request.refusal({ stderr: this.stderr }))),
      );
    });
    const watching = new AbortController();
    try {
      const [job = '', list = ''] = (await Promise.race([told, this.watch(watching.signal)])).split(' ');
      this.job = job;
      this.hosts = (await this.request.site.run('scontrol', ['show', 'hostnames', list])).trim().split('\n');
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
      const state = await queueState(this.request.site, this.job).catch(() => undefined); // the next look may succeed
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
    this.tellGuard(job);
  }

  private tellGuard(word: string): void {
    void this.guard.then((guard) => guard?.stdin.write(`${word}\n`));
  }

  private async end(): Promise<LockstepError> {
    const error = await endOfJob(this.request.site, this.job).catch(() => undefined);
    return error ?? new LockstepError('slurmEnded', { job: this.job, state: 'unknown' });
  }
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
