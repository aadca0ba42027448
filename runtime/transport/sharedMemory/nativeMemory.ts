/**
 * What Node.js itself cannot do: memory that several processes share, and a wait that another process can end. The calls
 * are the C library's, through koffi's binary, which lies beside the bundles; Linux only.
 *
 * The memory is a `memfd`: it has no name in any folder, so that nothing can be left over and no other user can open
 * it, and it does not depend on the size of /dev/shm. Another process of the same user opens it through /proc.
 */
import { closeSync, openSync } from 'node:fs';
import { pausePlace } from '../../core/pausePlace';
import { type Koffi, loadKoffi, type NativeFunction } from '../koffi';

/** A part of a file in this process's memory; it stays until `unmap`, or until the process ends. */
export interface Mapping {
  memory: ArrayBuffer;
  address: bigint;
}

const readWrite = 3; // PROT_READ | PROT_WRITE
const shared = 1; // MAP_SHARED
const onlyHere = 2; // MAP_PRIVATE
const atThisPlace = 0x10; // MAP_FIXED
const withoutFile = 0x20; // MAP_ANONYMOUS
const untilTouched = 0x4000; // MAP_NORESERVE
const closeOnExec = 1; // MFD_CLOEXEC
const freePages = 3; // FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE
const futexWait = 0;
const futexWake = 1;
const everybody = 0x7fffffff;
/** Numbers of the system call `futex`, which the C library has no function for. */
const futexNumbers: Record<string, number> = { x64: 202, arm64: 98 };

export class NativeMemory {
  private readonly timeout = new BigInt64Array(2);

  private constructor(
    private readonly koffi: Koffi,
    private readonly futexNumber: number,
    private readonly memfdCreate: NativeFunction,
    private readonly allocate: NativeFunction,
    private readonly fallocate: NativeFunction,
    private readonly mmap: NativeFunction,
    private readonly syscall: NativeFunction,
    /** Lets another thread have the processor, if one waits for it. */
    readonly giveWay: () => void,
  ) {}

  /** Loads the binary in this folder; throws an Error that says why not. */
  static load(folder: string): NativeMemory {
    const futexNumber = futexNumbers[process.arch];
    if (process.platform !== 'linux' || futexNumber === undefined) {
      throw new Error(
        `shared memory is for Linux on x64 or arm64, not ${process.platform} on ${process.arch}`,
      );
    }
    const koffi = loadKoffi(folder);
    const libc = koffi.load(null);
    return new NativeMemory(
      koffi,
      futexNumber,
      libc.func('int memfd_create(const char *name, unsigned int flags)'),
      libc.func('int posix_fallocate(int file, int64_t offset, int64_t bytes)'),
      libc.func('int fallocate(int file, int mode, int64_t offset, int64_t bytes)'),
      libc.func('void *mmap(void *where, size_t bytes, int protection, int flags, int file, int64_t offset)'),
      libc.func(
        'long syscall(long number, void *cell, int what, uint32_t value, void *time, void *other, uint32_t bits)',
      ),
      libc.func('int sched_yield()'),
    );
  }

  /** Memory without a name; returns its descriptor. Its size is set by whoever opens it with ftruncate. */
  create(): number {
    const file = Number(this.memfdCreate('lockstep', closeOnExec));
    if (file < 0) throw new Error(`memfd_create failed with error ${this.koffi.errno()}`);
    return file;
  }

  /** Takes the pages of a part of a file, so that no later access can fail for lack of memory. */
  reserve(file: number, offset: number, bytes: number): void {
    const error = Number(this.allocate(file, offset, bytes));
    if (error !== 0) throw new Error(`posix_fallocate of ${bytes} bytes failed with error ${error}`);
  }

  /** Gives the pages of a part of a file back, in whichever process it is mapped; it is all zero then. */
  discard(file: number, offset: number, bytes: number): void {
    if (Number(this.fallocate(file, freePages, offset, bytes)) !== 0)
      throw new Error(`fallocate of ${bytes} bytes failed with error ${this.koffi.errno()}`);
  }

  map(file: number, offset: number, bytes: number): Mapping {
    const address = BigInt(this.mmap(null, bytes, readWrite, shared, file, offset));
    if (BigInt.asIntN(64, address) === -1n)
      throw new Error(`mmap of ${bytes} bytes failed with error ${this.koffi.errno()}`);
    return { memory: this.koffi.view(address, bytes), address };
  }

  /**
   * Ends a mapping: from now on there is other memory at its place, all zero and this process's own. So it can be
   * touched without harm, and takes no room unless it is.
   */
  unmap({ memory, address }: Mapping): void {
    const flags = onlyHere | atThisPlace | withoutFile | untilTouched;
    const at = BigInt(this.mmap(address, memory.byteLength, readWrite, flags, -1, 0));
    if (at !== address) throw new Error(`mmap failed with error ${this.koffi.errno()}`);
  }

  /** Maps parts of a file that another process of this user has made. */
  mapParts(path: string, parts: readonly { offset: number; bytes: number; reserve: boolean }[]): Mapping[] {
    const file = openSync(path, 'r+');
    try {
      return parts.map(({ offset, bytes, reserve }) => {
        if (reserve) this.reserve(file, offset, bytes);
        return this.map(file, offset, bytes);
      });
    } finally {
      closeSync(file);
    }
  }

  /** Sleeps while the cell at `address` holds `seen`, at most so long, or until it is woken. */
  wait(address: bigint, seen: number, limitMs: number): void {
    this.timeout[0] = BigInt(Math.floor(limitMs / 1000));
    this.timeout[1] = BigInt(Math.floor(limitMs % 1000) * 1_000_000);
    this.syscall(this.futexNumber, address, futexWait, seen >>> 0, this.timeout, null, 0);
    pausePlace();
  }

  /** As `wait`, on a thread of the pool: the event loop runs meanwhile. */
  waitAsync(address: bigint, seen: number, limitMs: number): Promise<void> {
    const timeout = BigInt64Array.of(
      BigInt(Math.floor(limitMs / 1000)),
      BigInt((limitMs % 1000) * 1_000_000),
    );
    return new Promise((resolve) => {
      this.syscall.async(this.futexNumber, address, futexWait, seen >>> 0, timeout, null, 0, () => resolve());
    });
  }

  /** Wakes all that sleep at an address, in whichever process. */
  wake(address: bigint): void {
    this.syscall(this.futexNumber, address, futexWake, everybody, null, null, 0);
  }
}
