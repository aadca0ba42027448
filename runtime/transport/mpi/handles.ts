/** The constants of MPI's C interface, which every family of libraries has in its own way. */
import type { MpiFamily } from '../../protocol/mpi';

/** A communicator, datatype or operation: an integer, or an address. */
export type Handle = number;

/** Element types, named after the typed arrays that hold them. */
export const elementTypes = {
  Int8Array: 'int8_t',
  Uint8Array: 'uint8_t',
  Int16Array: 'int16_t',
  Uint16Array: 'uint16_t',
  Int32Array: 'int32_t',
  Uint32Array: 'uint32_t',
  Float32Array: 'float',
  Float64Array: 'double',
  BigInt64Array: 'int64_t',
  BigUint64Array: 'uint64_t',
} as const;
export type ElementType = keyof typeof elementTypes;

/** Operations that the library has too, by their names here. */
export const libraryOperations = { SUM: 'sum', PROD: 'prod', MIN: 'min', MAX: 'max' } as const;
export type LibraryOperation = keyof typeof libraryOperations;

export interface Handles {
  world: Handle;
  byte: Handle;
  types: Readonly<Record<ElementType, Handle>>;
  operations: Readonly<Record<LibraryOperation, Handle>>;
  /** In place of a request. */
  noRequest: Handle;
  anySource: number;
  /** In place of a status that nobody reads. */
  statusIgnore: number;
  /** In place of a send buffer: the data lies in the receive buffer. */
  inPlace: number;
  /** Bytes of a handle in memory, such as a request. */
  bytes: 4 | 8;
  /** Its type in a prototype of C. */
  cType: 'int' | 'intptr_t';
}

/** MPICH's, which its derivatives (Intel MPI, MVAPICH, Cray MPICH) have in common by their agreement on an ABI. */
const mpich: Handles = {
  world: 0x44000000,
  byte: 0x4c00010d,
  types: {
    Int8Array: 0x4c000137,
    Int16Array: 0x4c000238,
    Int32Array: 0x4c000439,
    BigInt64Array: 0x4c00083a,
    Uint8Array: 0x4c00013b,
    Uint16Array: 0x4c00023c,
    Uint32Array: 0x4c00043d,
    BigUint64Array: 0x4c00083e,
    Float32Array: 0x4c00040a,
    Float64Array: 0x4c00080b,
  },
  operations: { MAX: 0x58000001, MIN: 0x58000002, SUM: 0x58000003, PROD: 0x58000004 },
  noRequest: 0x2c000000,
  anySource: -2,
  statusIgnore: 1,
  inPlace: -1,
  bytes: 4,
  cType: 'int',
};

/** The constants of a family; `addressOf` answers where a variable of the library lies. */
export function handlesOf(family: MpiFamily, addressOf: (name: string) => number): Handles {
  if (family === 'mpich') return mpich;
  const table = <K extends string>(names: Readonly<Record<K, string>>, prefix: string) =>
    Object.fromEntries(
      Object.entries<string>(names).map(([name, native]) => [name, addressOf(`${prefix}${native}`)]),
    ) as Record<K, Handle>;
  return {
    world: addressOf('ompi_mpi_comm_world'),
    byte: addressOf('ompi_mpi_byte'),
    types: table(elementTypes, 'ompi_mpi_'),
    operations: table(libraryOperations, 'ompi_mpi_op_'),
    noRequest: addressOf('ompi_request_null'),
    anySource: -1,
    statusIgnore: 0,
    inPlace: 1,
    bytes: 8,
    cType: 'intptr_t',
  };
}
