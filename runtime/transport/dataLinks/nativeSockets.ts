/**
 * Sockets by their descriptors, read and written by a thread that blocks: what Node.js itself can only do by way of its
 * event loop. The calls are the C library's (see koffi.ts); Linux only. None of them waits but `poll`.
 */
import { type Koffi, loadKoffi, type NativeFunction } from '../koffi';

const withoutWaiting = 0x40; // MSG_DONTWAIT
const withoutSignal = 0x4000; // MSG_NOSIGNAL
const nonBlocking = 0x800; // O_NONBLOCK
const closeOnExec = 0x80000; // O_CLOEXEC
const bothWays = 2; // SHUT_RDWR
const duplicateCloseOnExec = 1030; // F_DUPFD_CLOEXEC
const interrupted = 4; // EINTR
const wouldBlock = 11; // EAGAIN

/** What `receive` and `send` answer where nothing can be done now, and where nothing ever will. */
export const notNow = 0;
export const ended = -1;

export class NativeSockets {
  private readonly recv: NativeFunction;
  private readonly sendTo: NativeFunction;
  private readonly pollFiles: NativeFunction;
  private readonly pipe2: NativeFunction;
  private readonly fcntl: NativeFunction;
  private readonly closeFile: NativeFunction;
  private readonly shutdownSocket: NativeFunction;

  private constructor(private readonly koffi: Koffi) {
    const libc = koffi.load(null);
    this.recv = libc.func('int64_t recv(int file, void *bytes, size_t count, int flags)');
    this.sendTo = libc.func('int64_t send(int file, const void *bytes, size_t count, int flags)');
    this.pollFiles = libc.func('int poll(void *files, uint64_t count, int limitMs)');
    this.pipe2 = libc.func('int pipe2(void *ends, int flags)');
    this.fcntl = libc.func('int fcntl(int file, int command, int argument)');
    this.closeFile = libc.func('int close(int file)');
    this.shutdownSocket = libc.func('int shutdown(int file, int how)');
  }

  /** Loads the binary in this folder; throws an Error where there is none. */
  static load(folder: string): NativeSockets {
    return new NativeSockets(loadKoffi(folder));
  }

  /** Takes up to `count` bytes; answers how many, or {@link notNow} or {@link ended}. */
  receive(file: number, bytes: Uint8Array, count: number): number {
    const taken = Number(this.recv(file, bytes, count, withoutWaiting));
    if (taken > 0) return taken;
    return taken < 0 && this.passes() ? notNow : ended;
  }

  /** Hands over up to `count` bytes; answers how many, or {@link notNow} or {@link ended}. */
  send(file: number, bytes: Uint8Array, count: number): number {
    const taken = Number(this.sendTo(file, bytes, count, withoutWaiting | withoutSignal));
    if (taken >= 0) return taken;
    return this.passes() ? notNow : ended;
  }

  /** Waits for events of files, at most so long: pairs of cells, as of `struct pollfd`. */
  poll(cells: Int32Array, count: number, limitMs: number): void {
    this.pollFiles(cells, count, Math.ceil(limitMs));
  }

  /** As `poll`, on a thread of the pool: the event loop runs meanwhile. */
  pollAsync(cells: Int32Array, limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.pollFiles.async(cells, cells.length / 2, Math.ceil(limitMs), () => {
        resolve(void cells); // the cells have to be there until now
      });
    });
  }

  /** A pipe within this process: the ends to read and to write. */
  pipe(): [input: number, output: number] {
    const ends = new Int32Array(2);
    if (Number(this.pipe2(ends, nonBlocking | closeOnExec)) < 0) throw this.failure('pipe2');
    return [ends[0] as number, ends[1] as number];
  }

  /** Another descriptor of the same socket, which outlives the first. */
  duplicate(file: number): number {
    const copy = Number(this.fcntl(file, duplicateCloseOnExec, 0));
    if (copy < 0) throw this.failure('fcntl');
    return copy;
  }

  /** Closes a descriptor that Node.js has not opened: a thread of `worker_threads` is warned of such by its own call. */
  close(file: number): void {
    this.closeFile(file);
  }

  /** Ends a connection for all processes that have it; it stays to be closed. */
  shutdown(file: number): void {
    this.shutdownSocket(file, bothWays);
  }

  private passes(): boolean {
    const error = this.koffi.errno();
    return error === wouldBlock || error === interrupted;
  }

  private failure(call: string): Error {
    return new Error(`${call} failed with error ${this.koffi.errno()}`);
  }
}
