/** A host reached by the library ssh2. */
import type { ClientChannel } from 'ssh2';
import { Emitter } from '../../core/emitter';
import { LockstepError } from '../../protocol/errors';
import {
  beginCommand,
  type RemoteEnd,
  type RemoteHost,
  type RemoteProcess,
  type UploadFile,
  uploadFiles,
} from '../remote';
import { protocolReason } from './connectionErrors';
import type { SshTarget } from './sshTarget';
import type { Ssh2Connection } from './ssh2Connection';
import { loginOf } from './sshNames';

/** One connection by the library; each command is a channel of it. */
export class Ssh2Host implements RemoteHost {
  private readonly closed = new Emitter<LockstepError>();
  readonly onClosed = this.closed.event;
  private lost: LockstepError | undefined;

  readonly name: string;
  readonly runner: string;

  constructor(
    target: SshTarget,
    private readonly connection: Ssh2Connection,
  ) {
    this.name = target.host;
    this.runner = `ssh ${loginOf(target)}`;
    connection.client.on('error', (error) => this.lose(protocolReason(error), error));
    connection.client.on('close', () => this.lose('the host closed the connection'));
    for (const client of connection.below)
      client.on('error', (error) => this.lose(`the jump host is gone (${protocolReason(error)})`, error));
  }

  exec(command: string): Promise<RemoteProcess> {
    return beginCommand(this.name, command, (line) => this.start(line));
  }

  upload(directory: string, files: UploadFile[], onProgress: (bytes: number) => void): Promise<void> {
    return uploadFiles(this, directory, files, onProgress);
  }

  dispose(): void {
    this.lost ??= new LockstepError('sshLinkLost', { host: this.name, reason: 'it was closed' });
    this.closed.dispose();
    this.connection.client.end();
    for (const client of this.connection.below) client.end();
  }

  private lose(reason: string, cause?: Error): void {
    if (this.lost) return;
    this.lost = new LockstepError('sshLinkLost', { host: this.name, reason }, { cause });
    this.closed.fire(this.lost);
    this.dispose();
  }

  private start(line: string): Promise<RemoteProcess> {
    if (this.lost) return Promise.reject(this.lost);
    return new Promise((resolve, reject) => {
      const failed = (error: Error) =>
        reject(
          this.lost ??
            new LockstepError(
              'sshNoCommand',
              { host: this.name, reason: protocolReason(error) },
              { cause: error },
            ),
        );
      try {
        this.connection.client.exec(line, (error, channel) =>
          error ? failed(error) : resolve(processOf(channel)),
        );
      } catch (error) {
        failed(error as Error);
      }
    });
  }
}

function processOf(channel: ClientChannel): RemoteProcess {
  const ended = new Promise<RemoteEnd>((resolve) => {
    let end: RemoteEnd = { code: null, signal: null };
    channel.on('exit', (code: number | null, signal?: string) => (end = { code, signal: signal ?? null }));
    channel.on('close', () => resolve(end));
  });
  channel.on('error', () => undefined); // `close` follows
  const { stderr } = channel;
  return {
    stdin: channel,
    stdout: channel,
    stderr,
    ended,
    kill() {
      channel.resume();
      stderr.resume();
      channel.close();
    },
  };
}
