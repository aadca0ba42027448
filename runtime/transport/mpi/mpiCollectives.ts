/**
 * The collectives of an MPI library, on groups that it is told of when they are first used. They are begun as
 * nonblocking calls and tested, so that a debugger can pause a node in the middle of one.
 */
import type { LibraryCollectives, LibraryGroup } from '../endpoint';
import type { Blocking } from '../blocking';
import {
  type ElementType,
  elementTypes,
  type Handle,
  libraryOperations,
  type LibraryOperation,
} from './handles';
import type { MpiLibrary } from './mpiLibrary';
import { RequestTable } from './requestTable';

type Vector = Float64Array;

const fractions = /^Float/;
const narrow = /(?:8|16)Array$/;
const wide = /^Big/;

/**
 * True where the library computes what our operation does. Open MPI's sums of 8 and 16 bits stop at the largest number where
 * ours begin anew; a library's minimum of floating-point numbers knows no NaN; our product of 32-bit numbers is that of
 * doubles.
 */
export function agrees(elements: string, operation: string): boolean {
  if (!Object.hasOwn(elementTypes, elements) || !Object.hasOwn(libraryOperations, operation)) return false;
  if (operation === 'SUM') return !narrow.test(elements);
  if (operation === 'PROD') return fractions.test(elements) || wide.test(elements);
  return !fractions.test(elements);
}

export class MpiCollectives implements LibraryCollectives {
  /** By context: the library's communicator of the group. */
  private readonly communicators = new Map<number, Handle>();
  private readonly requests: RequestTable;

  /** `comm` holds all nodes and is used for nothing else. */
  constructor(
    private readonly mpi: MpiLibrary,
    private readonly comm: Handle,
    private readonly blocking: Blocking,
  ) {
    this.requests = new RequestTable(mpi, 1);
  }

  combines(elements: string, operation: string): boolean {
    return agrees(elements, operation);
  }

  allreduce(group: LibraryGroup, data: Vector, operation: string): Vector {
    const { cType: h, operations } = this.mpi.handles;
    const { own, result, count, type } = this.vectors(data);
    const call = this.mpi.func(
      `int MPI_Iallreduce(intptr_t own, intptr_t result, int count, ${h} type, ${h} operation, ${h} comm, intptr_t request)`,
    );
    const [from, to] = [this.at(own), this.at(result)];
    const combine = operations[operation as LibraryOperation];
    this.complete((request) => call(from, to, count, type, combine, this.communicatorOf(group), request));
    return result;
  }

  reduce(group: LibraryGroup, data: Vector, operation: string, root: number): Vector {
    const { cType: h, operations } = this.mpi.handles;
    const { own, result, count, type } = this.vectors(data);
    const call = this.mpi.func(
      `int MPI_Ireduce(intptr_t own, intptr_t result, int count, ${h} type, ${h} operation, int root, ${h} comm, intptr_t request)`,
    );
    const [from, to] = [this.at(own), this.at(result)];
    const combine = operations[operation as LibraryOperation];
    this.complete((request) =>
      call(from, to, count, type, combine, root, this.communicatorOf(group), request),
    );
    return result;
  }

  bcast(group: LibraryGroup, bytes: Uint8Array, root: number): void {
    const { cType: h, byte } = this.mpi.handles;
    const call = this.mpi.func(
      `int MPI_Ibcast(intptr_t data, int count, ${h} type, int root, ${h} comm, intptr_t request)`,
    );
    const at = this.at(bytes);
    this.complete((request) => call(at, bytes.length, byte, root, this.communicatorOf(group), request));
  }

  /** The data and room for a result, both outside the garbage collector's heap. */
  private vectors(data: Vector): { own: Vector; result: Vector; count: number; type: Handle } {
    const { constructor } = data;
    const made = (): Vector => new (constructor as Float64ArrayConstructor)(new ArrayBuffer(data.byteLength));
    const own = made();
    own.set(data);
    const type = this.mpi.handles.types[constructor.name as ElementType];
    return { own, result: made(), count: data.length, type };
  }

  private at({ buffer, byteOffset, byteLength }: Vector | Uint8Array): number {
    return this.mpi.addressOf(new Uint8Array(buffer, byteOffset, byteLength));
  }

  private complete(begin: (request: number) => void): void {
    begin(this.requests.address(0));
    if (!this.requests.isDone(0)) this.blocking.block(undefined, () => this.requests.isDone(0));
  }

  private communicatorOf({ context, members }: LibraryGroup): Handle {
    const known = this.communicators.get(context);
    if (known !== undefined) return known;
    const made = this.mpi.subset(this.comm, members, context);
    this.communicators.set(context, made);
    return made;
  }
}
