/** What a machine reached over SSH is to the rest of the runtime, whichever program speaks SSH. */
import type { Readable, Writable } from 'node:stream';
import type { Disposable } from '../../core/disposable';
import type { Event } from '../../core/emitter';
import type { SshBackendName } from '../../protocol/configuration';
import type { LockstepError } from '../../protocol/errors';
import type { HostKeyQuestion, SecretQuestion } from '../../protocol/questions';

/** A machine as a user names it. What is absent comes from the user's SSH configuration. */
export interface SshTarget {
  /** An alias of the SSH configuration, a host name or an address. */
  host: string;
  user?: string;
  port?: number;
  /** Path of a private key, tried before those of the configuration. */
  identityFile?: string;
  /** Jump hosts as in ssh's ProxyJump: `[user@]host[:port]`, several separated by commas. */
  proxyJump?: string;
  backend?: SshBackendName;
  /** Another SSH configuration file than the user's own. */
  configFile?: string;
}

/** How a remote process ended; both are null where the link was lost before it said so. */
export interface RemoteEnd {
  code: number | null;
  signal: string | null;
}

/** A process on the remote host. Its streams end when the link is lost. */
export interface RemoteProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Never rejects. */
  readonly ended: Promise<RemoteEnd>;
  /** Closes the channel: the process sees the end of its input, and a hang-up. */
  kill(): void;
}

/** A file to be written on the remote host. */
export interface UploadFile {
  /** Path below the directory, parts separated by `/`. */
  path: string;
  /** Absolute path of the file here, or its bytes. */
  content: string | Buffer;
  executable?: boolean;
}

/** One machine reached over SSH; one connection, reused. */
export interface RemoteHost extends Disposable {
  /** The machine's name as the user wrote it. */
  readonly name: string;
  /** What a person writes after `ssh` to get there; safe in a shell. */
  readonly login: string;
  /**
   * Runs a line for a POSIX shell (its words quoted by `shellQuote`), whatever the user's login shell is, without a
   * terminal. Resolves once it runs; what the login shell writes before is not part of `stdout`.
   */
  exec(command: string): Promise<RemoteProcess>;
  /**
   * Writes files below a directory (absolute, made with mode 0700): each to a temporary place, then renamed once all
   * are there whole. After a failure, a lost link included, nothing of them is left. `onProgress` hears the bytes sent.
   */
  upload(directory: string, files: UploadFile[], onProgress: (bytes: number) => void): Promise<void>;
  /** Fired once when the connection ends without `dispose`. */
  readonly onClosed: Event<LockstepError>;
}

/** Asks the user: by the editor's input boxes, or on the terminal. */
export interface Prompter {
  /** Whether to trust a host whose key is not known yet; the fingerprint is as `ssh-keygen -l` prints it. */
  confirmHostKey(question: HostKeyQuestion): Promise<boolean>;
  /** A secret, or undefined where the user gives none. */
  secret(question: SecretQuestion): Promise<string | undefined>;
}
