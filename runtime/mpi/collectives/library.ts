/**
 * Collectives of the library that carries the messages, where a real MPI does (MPI standard 4.0, sections 6.4, 6.9.1 and
 * 6.9.6). The nodes first agree, by messages of their own, that all are there and bring the same: a node that is missing,
 * calls something else or has another length is found out as with any other algorithm, and nobody waits for it inside
 * the library, where nothing could be explained. So nothing is gained for short data, and a barrier is none of these.
 *
 * Cost: ceil(log2 p) rounds of short messages, and whatever the library does.
 * Failures: those of the agreement; a node that is lost in the library's part ends the run.
 */
import { decode } from '../../core/codec';
import type { Payload } from '../../protocol/envelope';
import { LockstepError } from '../../protocol/errors';
import { Operation, type ReduceOperation } from '../operations';
import { recursiveDoublingAllreduce } from './allreduce/recursiveDoubling';
import { disseminationBarrier } from './barrier/dissemination';
import { binomialBcast } from './bcast/binomial';
import { badAlgorithm, vectorBytes } from './plan';
import type { Vector } from './reduction';
import type { Participant, ParticipantLibrary, Schedule } from './schedule';

/** From this many bytes on the agreement costs less than the library saves. */
const longBytes = 64 * 1024;

/** True if the library is to combine these. */
export function prefersLibrary(participant: Participant, data: unknown, operation: unknown): boolean {
  return vectorBytes(data) >= longBytes && participant.size > 1 && combines(participant, data, operation);
}

/** An allreduce by the library. Throws LockstepError `badAlgorithm` where it cannot, `badCount` where data differ. */
export function* libraryAllreduce<T>(
  participant: Participant,
  data: T,
  operation: ReduceOperation<T>,
): Schedule<T> {
  const library = requireCombining(participant, data, operation);
  yield* agreeOn(participant, data as Vector);
  return library.allreduce(data as Vector, (operation as Operation).name) as T;
}

/** A reduction by the library; the result is there at the root alone. */
export function* libraryReduce<T>(
  participant: Participant,
  data: T,
  operation: ReduceOperation<T>,
  root: number,
): Schedule<T | undefined> {
  const library = requireCombining(participant, data, operation);
  yield* agreeOn(participant, data as Vector);
  const result = library.reduce(data as Vector, (operation as Operation).name, root) as T;
  return participant.rank === root ? result : undefined;
}

/** A broadcast by the library: the root's lengths go ahead, so that all have room. */
export function* libraryBcast(
  participant: Participant,
  own: Payload | undefined,
  root: number,
): Schedule<Payload> {
  const library = requireLibrary(participant);
  const shape = own && { kind: own.kind, lengths: own.parts.map((part) => part.byteLength) };
  const told = yield* binomialBcast(participant, shape && participant.encode(shape), root);
  yield* disseminationBarrier(participant);
  const { kind, lengths } = decode(told) as NonNullable<typeof shape>;
  const parts = lengths.map((bytes, i) => copyOf(own?.parts[i]) ?? Buffer.allocUnsafeSlow(bytes));
  for (const part of parts) if (part.byteLength > 0) library.bcast(part, root);
  return own ?? { kind, parts };
}

/** A short array may lie where it can move, so the library gets a copy. */
function copyOf(part: Uint8Array | undefined): Uint8Array | undefined {
  if (part === undefined || part.byteLength > 64) return part;
  const copy = Buffer.allocUnsafeSlow(part.byteLength);
  copy.set(part);
  return copy;
}

/** Every node hears whether all bring as many elements of the same type. */
function* agreeOn(participant: Participant, { constructor, length }: Vector): Schedule<void> {
  const { name, rank } = participant;
  const own = { text: `${constructor.name} of ${length} elements`, rank, differs: '' };
  const result = yield* recursiveDoublingAllreduce(participant, own, (a, b) => {
    if (a.differs || b.differs) return a.differs ? a : b;
    return a.text === b.text ? a : { ...a, differs: `node ${b.rank} gave a ${b.text}` };
  });
  if (!result.differs) return;
  const problem = `node ${result.rank} gave a ${result.text} and ${result.differs}; all must give equally many of a type`;
  throw new LockstepError('badCount', { operation: name, problem });
}

function combines({ library }: Participant, data: unknown, operation: unknown): boolean {
  if (!library || !(operation instanceof Operation)) return false;
  return ArrayBuffer.isView(data) && library.combines(data.constructor.name, operation.name);
}

function requireLibrary({ name, library }: Participant): ParticipantLibrary {
  if (library) return library;
  const problem =
    'the algorithm library is for calls that block, of a program whose messages an MPI library carries (mpiexec … lockstep node)';
  throw badAlgorithm(name, problem);
}

function requireCombining(participant: Participant, data: unknown, operation: unknown): ParticipantLibrary {
  const library = requireLibrary(participant);
  if (combines(participant, data, operation)) return library;
  const problem =
    'the algorithm library combines typed arrays whose result is the same there: SUM from 32 bits on, PROD of floating-point numbers and bigints, MIN and MAX of whole numbers';
  throw badAlgorithm(participant.name, problem);
}
