/** What a machine reached from here is to the rest of the runtime, whatever carries commands to it. */
import type { Readable, Writable } from 'node:stream';
import type { Disposable } from '../../core/disposable';
import type { Event } from '../../core/emitter';
import type { LockstepError } from '../../protocol/errors';

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

/** One machine reached from here, over one connection that is reused or in an allocation. */
export interface RemoteHost extends Disposable {
  /** The machine's name as the user wrote it. */
  readonly name: string;
  /** What a person writes before a quoted line to have it run there, as `ssh ada@lab`; safe in a shell. */
  readonly runner: string;
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
