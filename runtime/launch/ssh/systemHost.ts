/**
 * A host reached by the system's `ssh`, for what the library cannot do: certificates, security keys, ProxyCommand.
 * One `ssh` process keeps the connection and shares it with one short `ssh` a command, over a socket in a private
 * directory. It ends with this process: its remote command reads from us.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Emitter } from '../../core/emitter';
import { LockstepError } from '../../protocol/errors';
import type { HostKeyQuestion } from '../../protocol/questions';
import {
  beginCommand,
  lastLine,
  readText,
  type RemoteHost,
  type RemoteProcess,
  remoteProcessOf,
  type UploadFile,
  uploadFiles,
} from '../remote';
import { answerWith, Askpass } from './askpass';
import { Deadline } from './deadline';
import type { Prompter, SshTarget } from './sshTarget';
import { type SshConfiguration, targetOptions } from './sshConfiguration';
import { loginOf } from './sshNames';
import { systemError } from './systemErrors';

/** Nothing of the user's configuration that opens windows, ports or other commands. */
const quiet = [
  '-T',
  '-a',
  '-x',
  '-o',
  'ClearAllForwardings=yes',
  '-o',
  'RemoteCommand=none',
  '-o',
  'PermitLocalCommand=no',
  '-o',
  'LogLevel=ERROR',
];
const graceMs = 5000;

/** Connects by the system's `ssh`. Throws LockstepError. */
export async function connectSystem(
  target: SshTarget,
  configuration: SshConfiguration,
  prompter: Prompter,
  signal?: AbortSignal,
): Promise<RemoteHost> {
  const { host } = target;
  const limitMs = configuration.connectTimeoutMs + graceMs;
  let outcome: 'expired' | 'cancelled' | undefined;
  let master: ChildProcessWithoutNullStreams | undefined;
  const askpass = await Askpass.open((question) => reply(question));
  const stop = (why: typeof outcome) => {
    outcome ??= why;
    master?.kill();
    askpass.hangUp();
  };
  const deadline = new Deadline(limitMs, () => stop('expired'));
  let asked: HostKeyQuestion | undefined;
  const asking = deadline.around(prompter);
  const confirmHostKey = (question: HostKeyQuestion) => asking.confirmHostKey((asked = question));
  const answer = answerWith({ ...asking, confirmHostKey }, host, configuration);
  const reply = async (question: string) => {
    const text = await answer(question);
    if (text === undefined) stop('cancelled');
    return text;
  };
  const onAbort = () => stop('cancelled');
  let words = Promise.resolve('');
  try {
    // The command of the master itself: it says that it runs, and ends when its input does.
    await beginCommand(host, 'exec cat > /dev/null', (line) => {
      master = ssh(
        target,
        [...targetOptions(target), ...masterOptions(configuration, askpass)],
        line,
        askpass.environment,
      );
      words = readText(master.stderr);
      signal?.addEventListener('abort', onAbort, { once: true });
      if (signal?.aborted) onAbort();
      return Promise.resolve(processOf(master));
    });
    if (!master) throw new LockstepError('sshCancelled', { host });
    return new SystemHost(target, master, words, askpass);
  } catch (error) {
    stop(undefined);
    askpass.close();
    if (outcome === 'cancelled') throw new LockstepError('sshCancelled', { host });
    if (outcome === 'expired')
      throw new LockstepError('sshHandshake', {
        host,
        reason: `the host did not answer for ${limitMs / 1000} s`,
      });
    // 255: `ssh` itself failed, not the command there.
    throw master?.exitCode === 255 ? await systemError(host, configuration, await words, asked) : error;
  } finally {
    deadline.dispose();
    signal?.removeEventListener('abort', onAbort);
  }
}

const masterOptions = (configuration: SshConfiguration, askpass: Askpass): string[] => [
  ...['-M', '-S', askpass.controlPath, '-o', 'ControlPersist=no'],
  ...['-o', 'ServerAliveInterval=2', '-o', 'ServerAliveCountMax=2'],
  ...['-o', `ConnectTimeout=${Math.ceil(configuration.connectTimeoutMs / 1000)}`],
  ...['-o', `StrictHostKeyChecking=${configuration.strictHostKeyChecking}`],
];

function ssh(
  target: SshTarget,
  options: string[],
  line: string,
  env: NodeJS.ProcessEnv,
): ChildProcessWithoutNullStreams {
  const child = spawn('ssh', [...options, ...quiet, '--', target.host, line], {
    env,
    stdio: 'pipe',
    // A session of its own: `ssh` must not ask on the terminal, nor end with a Ctrl+C that is for the program.
    detached: true,
  });
  return child;
}

/** 255: `ssh` itself failed, not the command there. */
const processOf = (child: ChildProcessWithoutNullStreams): RemoteProcess =>
  remoteProcessOf(child, (code, signal) => ({ code: code === 255 ? null : code, signal }));

class SystemHost implements RemoteHost {
  private readonly closed = new Emitter<LockstepError>();
  readonly onClosed = this.closed.event;
  readonly name: string;
  readonly runner: string;
  private lost: LockstepError | undefined;

  constructor(
    private readonly target: SshTarget,
    private readonly master: ChildProcessWithoutNullStreams,
    words: Promise<string>,
    private readonly askpass: Askpass,
  ) {
    this.name = target.host;
    this.runner = `ssh ${loginOf(target)}`;
    master.stdout.resume();
    void words.then((text) => this.lose(lastLine(text) ?? 'the connection ended'));
  }

  exec(command: string): Promise<RemoteProcess> {
    if (this.lost) return Promise.reject(this.lost);
    // The connection is the master's: without it this must not open another.
    const { host, configFile } = this.target;
    const options = [
      ...targetOptions({ host, configFile }),
      ...['-S', this.askpass.controlPath, '-o', 'ControlMaster=no', '-o', 'ProxyCommand=false'],
    ];
    let client: ChildProcessWithoutNullStreams | undefined;
    return beginCommand(this.name, command, (line) => {
      client = ssh(this.target, options, line, process.env);
      return Promise.resolve(processOf(client));
    }).catch((error: unknown) => {
      // 255: `ssh` itself failed, before its master has said that the connection is gone.
      const reason = 'the connection ended';
      throw (
        this.lost ??
        (client?.exitCode === 255 ? new LockstepError('sshLinkLost', { host: this.name, reason }) : error)
      );
    });
  }

  upload(directory: string, files: UploadFile[], onProgress: (bytes: number) => void): Promise<void> {
    return uploadFiles(this, directory, files, onProgress);
  }

  dispose(): void {
    this.lost ??= new LockstepError('sshLinkLost', { host: this.name, reason: 'it was closed' });
    this.closed.dispose();
    this.master.kill();
    this.askpass.close();
  }

  private lose(reason: string): void {
    if (this.lost) return;
    this.lost = new LockstepError('sshLinkLost', { host: this.name, reason });
    this.closed.fire(this.lost);
    this.dispose();
  }
}
