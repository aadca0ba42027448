/**
 * A real MPI library, called through koffi's binary, which lies beside the bundles. MPI has no common binary interface:
 * what differs between the families is in handles.ts. Addresses are numbers: they have 47 bits.
 */
import { LockstepError } from '../../protocol/errors';
import type { MpiFamily } from '../../protocol/mpi';
import { librariesToTry } from './findLibrary';
import { type Koffi, type KoffiLibrary, loadKoffi, type NativeFunction } from '../koffi';
import { type Handle, type Handles, handlesOf } from './handles';

/**
 * What UCX, which carries MPICH's messages, must not do in a process of V8: change how memory is given back, which ends
 * some processes with a segmentation fault, and take signals that V8 has use for. Who sets these himself is left to it.
 */
const ucxSettings = { UCX_MEM_EVENTS: 'no', UCX_ERROR_SIGNALS: '' };

/** The level of threads that is asked for: calls come from the thread that began. */
const threadFunneled = 1;

export class MpiLibrary {
  readonly handles: Handles;
  /** As it names itself: `MPICH 4.0.2`, `Open MPI v4.1.4`. */
  readonly version: string;
  readonly isend: NativeFunction;
  readonly irecv: NativeFunction;
  readonly receiveInit: NativeFunction;
  readonly start: NativeFunction;
  readonly test: NativeFunction;
  readonly testall: NativeFunction;
  readonly startall: NativeFunction;
  /** Lets another thread have the processor. */
  readonly giveWay: NativeFunction;
  private readonly identity: NativeFunction;
  private readonly functions = new Map<string, NativeFunction>();

  private constructor(
    koffi: Koffi,
    private readonly library: KoffiLibrary,
    /** Name or path under which it was found. */
    readonly path: string,
  ) {
    const system = koffi.load(null);
    this.identity = system.func('intptr_t memmove(const void *target, const void *source, size_t bytes)');
    this.giveWay = system.func('int sched_yield()');
    const text = this.versionText();
    const family: MpiFamily = /open mpi/i.test(text) ? 'openmpi' : 'mpich';
    this.version = shortVersion(text);
    this.handles = handlesOf(family, (name) => Number(koffi.address(library.symbol(name))));
    const { cType: h } = this.handles;
    const message = `intptr_t data, int count, ${h} type, int peer, int tag, ${h} comm, intptr_t request`;
    this.isend = library.func(`int MPI_Isend(${message})`);
    this.irecv = library.func(`int MPI_Irecv(${message})`);
    this.receiveInit = library.func(`int MPI_Recv_init(${message})`);
    this.start = library.func('int MPI_Start(intptr_t request)');
    this.startall = library.func('int MPI_Startall(int count, intptr_t requests)');
    this.test = library.func('int MPI_Test(intptr_t request, intptr_t flag, intptr_t status)');
    this.testall = library.func(
      'int MPI_Testall(int count, intptr_t requests, intptr_t flag, intptr_t statuses)',
    );
  }

  /** Loads the library that the environment asks for. Throws LockstepError noMpiLibrary, notAnMpiLibrary. */
  static find(folder: string, environment: Readonly<Record<string, string | undefined>>): MpiLibrary {
    const reasons: string[] = [];
    for (const name of librariesToTry(environment)) {
      try {
        return MpiLibrary.load(folder, name);
      } catch (error) {
        if (error instanceof LockstepError) throw error;
        reasons.push(`${name}: ${(error as Error).message}`);
      }
    }
    const named = environment['LOCKSTEP_MPI_LIBRARY'];
    const tried = librariesToTry(environment).join(', ');
    throw new LockstepError('noMpiLibrary', { tried, named, reason: named ? reasons[0] : undefined });
  }

  /** Loads the library of this name or path; throws an Error that says why not. */
  static load(folder: string, path: string): MpiLibrary {
    // Read when the library is loaded.
    for (const [name, value] of Object.entries(ucxSettings)) process.env[name] ??= value;
    if (process.platform !== 'linux') throw new Error(`not on ${process.platform}`);
    const koffi = loadKoffi(folder);
    // Open MPI loads parts of itself later, and these look for the library's names among the global ones.
    const library = koffi.load(path, { global: true, lazy: true });
    try {
      library.symbol('MPI_Init_thread');
    } catch {
      throw new LockstepError('notAnMpiLibrary', { path });
    }
    return new MpiLibrary(koffi, library, path);
  }

  /** Where the bytes of an array lie; they have to be outside the garbage collector's heap, and kept alive. */
  addressOf(bytes: Uint8Array | ArrayBuffer): number {
    return Number(this.identity(bytes, bytes, 0));
  }

  /** A function of the library, by its prototype; looked up once. */
  func(prototype: string): NativeFunction {
    const known = this.functions.get(prototype) ?? this.library.func(prototype);
    this.functions.set(prototype, known);
    return known;
  }

  /** Begins MPI on this thread; the one call that no other may come before. */
  initialize(): void {
    const init = this.library.func('int MPI_Init_thread(void *argc, void *argv, int wanted, void *given)');
    init(null, null, threadFunneled, new Int32Array(64));
  }

  /** Ends MPI; returns when all processes have called it. */
  finalize(): void {
    this.library.func('int MPI_Finalize()')();
  }

  /** Ends all processes of the run with this exit code, on a thread of the pool: it may take a while. */
  abort(code: number): void {
    const { cType, world } = this.handles;
    this.library.func(`int MPI_Abort(${cType} comm, int code)`).async(world, code, () => undefined);
  }

  /** Rank and size of a communicator. */
  placeIn(comm: Handle): { rank: number; size: number } {
    const { cType } = this.handles;
    const value = new Int32Array(64);
    this.library.func(`int MPI_Comm_rank(${cType} comm, void *rank)`)(comm, value);
    const rank = value[0] as number;
    this.library.func(`int MPI_Comm_size(${cType} comm, void *size)`)(comm, value);
    return { rank, size: value[0] as number };
  }

  /** A communicator of the same processes whose messages never meet those of another. Collective. */
  duplicate(comm: Handle): Handle {
    const { cType } = this.handles;
    const made = new ArrayBuffer(64);
    this.library.func(`int MPI_Comm_dup(${cType} comm, void *made)`)(comm, made);
    return this.handleIn(made);
  }

  /** A communicator of some of the processes. Collective among these; `tag` tells calls at the same time apart. */
  subset(comm: Handle, members: readonly number[], tag: number): Handle {
    const { cType: h } = this.handles;
    const group = new ArrayBuffer(64);
    this.library.func(`int MPI_Comm_group(${h} comm, void *group)`)(comm, group);
    const part = new ArrayBuffer(64);
    const include = this.library.func(`int MPI_Group_incl(${h} group, int count, void *ranks, void *part)`);
    include(this.handleIn(group), members.length, Int32Array.from(members), part);
    const made = new ArrayBuffer(64);
    const create = `int MPI_Comm_create_group(${h} comm, ${h} part, int tag, void *made)`;
    this.library.func(create)(comm, this.handleIn(part), tag, made);
    return this.handleIn(made);
  }

  /** Root's bytes for everybody. Collective; blocks in the library. */
  broadcast(comm: Handle, root: number, bytes: Uint8Array): void {
    const { cType, byte } = this.handles;
    const call = `int MPI_Bcast(void *data, int count, ${cType} type, int root, ${cType} comm)`;
    this.library.func(call)(bytes, bytes.length, byte, root, comm);
  }

  /** Equally many bytes of everybody, by rank. Collective; blocks in the library. */
  allgather(comm: Handle, own: Uint8Array, size: number): Uint8Array {
    const { cType: h, byte } = this.handles;
    const all = new Uint8Array(own.length * size);
    const call = `int MPI_Allgather(void *own, int count, ${h} type, void *all, int each, ${h} same, ${h} comm)`;
    this.library.func(call)(own, own.length, byte, all, own.length, byte, comm);
    return all;
  }

  /** The handle that the library has written into memory. */
  handleIn(memory: ArrayBuffer): Handle {
    return this.handles.bytes === 4
      ? (new Int32Array(memory, 0, 1)[0] as number)
      : Number(new BigInt64Array(memory, 0, 1)[0]);
  }

  private versionText(): string {
    const text = new Uint8Array(16384);
    const length = new Int32Array(64);
    this.library.func('int MPI_Get_library_version(void *text, void *length)')(text, length);
    return Buffer.from(text.subarray(0, length[0])).toString('utf8');
  }
}

/** `MPICH Version: 4.0.2…`, `Open MPI v4.1.4, package: …`, `Intel(R) MPI Library 2021.9 …`. */
function shortVersion(text: string): string {
  const [first = ''] = text.split('\n');
  return first
    .replace(/,.*$/, '')
    .replace(/\s*Version:\s*/, ' ')
    .split('\0')[0] as string;
}
