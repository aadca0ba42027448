/**
 * An MPI launcher as a process of ours. Its nodes end when their links do; the launcher itself, which has none, stands
 * under a guard that reads from us: when this process ends, however it ends, the guard's input does, and it ends the launcher.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { endFamilies, familyVariable, newFamily } from '../../core/processFamily';
import { LockstepError } from '../../protocol/errors';
import { readRawOutput } from '../rawOutput';
import type { FoundMpiexec } from './findMpiexec';
import { type LauncherLine, readLine } from './launcherWords';

/** Ends the process group of $1 unless it is told that it has ended: first it is asked, so that it ends what it has elsewhere. */
const guardian = `read -r word && exit
kill -- "$1"; for second in 1 2 3; do kill -0 "$1" 2> /dev/null || exit; sleep 1; done
kill -9 -- "-$1"`;

/** How long it may take for ending its nodes when it is asked to. */
const politeMs = 3000;
/** How long its last output is waited for. */
const lastOutputMs = 1000;
/** Words of its own that are kept. */
const keptChars = 16_384;

/** What it is to start, and how. */
export interface MpiexecRequest {
  launcher: FoundMpiexec;
  /** Given by the user. */
  options: readonly string[];
  size: number;
  /** What runs in each of the processes. */
  command: readonly string[];
  cwd: string;
  /** Whole environment of the launcher, which it hands to the processes of this machine. */
  env: NodeJS.ProcessEnv;
  /** Names of variables that processes of other machines are to have too. */
  handedOn: readonly string[];
  runDirectory: string;
}

/** How the launcher has ended. */
export interface MpiexecEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export class Mpiexec {
  /** Resolves when the launcher has ended, all of it is read, and its processes on this machine are gone. */
  readonly ended: Promise<MpiexecEnd>;
  private words = '';
  private exited = false;
  private readonly child: ChildProcess;
  private readonly family: string;

  private constructor(
    readonly launcher: FoundMpiexec,
    request: MpiexecRequest,
    onLine: (line: LauncherLine) => Promise<void> | void,
  ) {
    this.family = newFamily(request.runDirectory);
    this.child = spawn(launcher.path, argumentsOf(request), {
      cwd: request.cwd,
      env: { ...request.env, ...launcherEnvironment(request), [familyVariable]: this.family },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // a group of its own, for the guard, and out of reach of a Ctrl+C
    });
    const hear = async (stream: 'stdout' | 'stderr', text: string): Promise<void> => {
      for (const raw of text.split('\n')) {
        const line = readLine(raw, stream);
        if (line.rank === undefined) this.words = `${this.words}${raw}\n`.slice(-keptChars);
        await onLine(line);
      }
    };
    const { stdout, stderr } = this.child;
    if (stdout) void readRawOutput(stdout, (text) => hear('stdout', text));
    if (stderr) void readRawOutput(stderr, (text) => hear('stderr', text));
    this.ended = new Promise((resolve) => {
      this.child.once('exit', (code, signal) => {
        this.exited = true;
        this.endRest();
        const over = () => resolve({ code, signal });
        // `close` comes after the last output; who has left the family and keeps the pipes open must not hold it up.
        this.child.once('close', over);
        setTimeout(over, lastOutputMs);
      });
    });
  }

  /** Starts it. Throws LockstepError(mpiexecFailed) where the system refuses to. */
  static async start(
    request: MpiexecRequest,
    onLine: (line: LauncherLine) => Promise<void> | void,
  ): Promise<Mpiexec> {
    const mpiexec = new Mpiexec(request.launcher, request, onLine);
    const { child } = mpiexec;
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve).once('error', ({ message }) => {
        const how = `could not be started in ${request.cwd} (${message})`;
        reject(new LockstepError('mpiexecFailed', { path: request.launcher.path, how, said: '' }));
      });
    });
    mpiexec.guard();
    return mpiexec;
  }

  get isRunning(): boolean {
    return !this.exited;
  }

  /** What it has printed by itself, the newest part of it. */
  get said(): string {
    return this.words;
  }

  /** Has it end all its processes and itself; after a while the system does. */
  end(): void {
    if (this.exited) return;
    this.child.kill('SIGTERM');
    setTimeout(() => {
      if (this.exited) return;
      this.endRest();
      this.child.kill('SIGKILL');
    }, politeMs).unref();
  }

  /** Ends what of it is on this machine. */
  private endRest(): void {
    endFamilies((family) => family === this.family);
  }

  private guard(): void {
    const words = ['-c', guardian, 'guard', String(this.child.pid)];
    const guard = spawn('/bin/sh', words, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    guard.on('error', () => undefined); // without a shell nothing guards; the next start clears up
    guard.stdin.on('error', () => undefined); // it has ended
    this.child.once('exit', () => guard.stdin.end('ended\n'));
  }
}

function argumentsOf({ launcher, options, size, command, handedOn }: MpiexecRequest): string[] {
  const hydra = launcher.family === 'mpich';
  const marked = hydra ? ['-prepend-rank'] : launcher.major < 5 ? ['--tag-output'] : ['--output', 'tag'];
  const handed = hydra ? [] : handedOn.flatMap((name) => ['-x', name]);
  return [...options, ...marked, ...handed, '-n', String(size), ...command];
}

/**
 * Open MPI starts neither as root nor more processes than there are processors unless it is told. Nodes started by
 * ourselves may both; a number of processes on chosen hosts is the user's to settle.
 */
function launcherEnvironment({ launcher, options }: MpiexecRequest): NodeJS.ProcessEnv {
  if (launcher.family === 'mpich') return {};
  const asRoot = { OMPI_ALLOW_RUN_AS_ROOT: '1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1' };
  if (options.length > 0) return asRoot;
  return {
    ...asRoot,
    OMPI_MCA_rmaps_base_oversubscribe: '1',
    PRTE_MCA_rmaps_default_mapping_policy: ':oversubscribe',
  };
}
