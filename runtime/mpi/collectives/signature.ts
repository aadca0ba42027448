/**
 * What a collective call is, in 32 bits that travel with each of its messages: all nodes of a communicator must make
 * the same calls in the same order (MPI standard 4.0, section 6.13), and a message of another call tells that they do not.
 */
import type { Envelope } from '../../protocol/envelope';
import { LockstepError } from '../../protocol/errors';
import { Operation } from '../operations';

/** The collective calls; a call's place in this list travels: append only. */
export const collectives = [
  'barrier',
  'bcast',
  'scatter',
  'gather',
  'allgather',
  'alltoall',
  'reduce',
  'allreduce',
  'scatterv',
  'gatherv',
  'allgatherv',
  'alltoallv',
  'reduceScatterBlock',
  'reduceScatter',
  'scan',
  'exscan',
  'dup',
  'split',
  'splitType',
  'create',
  'createCart',
  'createGraph',
  'neighborAllgather',
  'neighborAlltoall',
  'createWindow',
  'allocateWindow',
  'fence',
  'free',
  'createIntercommunicator',
  'merge',
] as const;
export type Collective = (typeof collectives)[number];

/** The algorithms; the first one stands for a choice that is made on the way. Append only. */
const algorithms = [
  '',
  'dissemination',
  'recursiveDoubling',
  'linear',
  'binomial',
  'vanDeGeijn',
  'pipeline',
  'ring',
  'bruck',
  'gatherBcast',
  'pairwise',
  'rabenseifner',
  'reduceBcast',
  'recursiveHalving',
  'reduceThenScatter',
  'library',
  'leaders',
  'sharedMemory',
];

/** What is combined with; the first one stands for calls that do not combine. Append only. */
const operations = [
  '',
  'SUM',
  'PROD',
  'MIN',
  'MAX',
  'MINLOC',
  'MAXLOC',
  'LAND',
  'LOR',
  'LXOR',
  'BAND',
  'BOR',
  'BXOR',
];
const ownOperation = 14;
const ownFunction = 15;

/** A call as far as all nodes must agree about it. */
export interface CollectiveSignature {
  call: Collective;
  /** Started by its `i…` form; such a call meets only others of its kind. */
  nonblocking: boolean;
  algorithm: string;
  operation?: unknown;
  /** Rank in the communicator. */
  root?: number;
}

/** How many bits each part has, from the lowest; the root is one more than its rank, 0 is none. 7 are left for the call. */
const bits = { root: 14, operation: 4, algorithm: 6, form: 1 };
const above = {
  operation: 2 ** bits.root,
  algorithm: 2 ** (bits.root + bits.operation),
  form: 2 ** (bits.root + bits.operation + bits.algorithm),
  call: 2 ** (bits.root + bits.operation + bits.algorithm + bits.form),
};
const maximumRoot = 2 ** bits.root - 2;

/** The call in 32 bits. */
export function encodeSignature({
  call,
  nonblocking,
  algorithm,
  operation,
  root,
}: CollectiveSignature): number {
  const place = root === undefined ? 0 : Math.min(root, maximumRoot) + 1;
  return (
    collectives.indexOf(call) * above.call +
    (nonblocking ? above.form : 0) +
    Math.max(0, algorithms.indexOf(algorithm)) * above.algorithm +
    operationNumber(operation) * above.operation +
    place
  );
}

/** Throws LockstepError `collectiveMismatch` if a message is of another call than this node's. */
export function checkSignature(
  own: { signature: number; communicator: string },
  { signature, source }: Pick<Envelope, 'signature' | 'source'>,
): void {
  if (signature === own.signature) return;
  const sameCall = withoutAlgorithm(signature) === withoutAlgorithm(own.signature);
  throw new LockstepError('collectiveMismatch', {
    communicator: own.communicator,
    node: source,
    theirs: describeSignature(sameCall ? signature : withoutAlgorithm(signature)),
    ours: describeSignature(sameCall ? own.signature : withoutAlgorithm(own.signature)),
  });
}

/** Throws LockstepError `collectiveMismatch`: a node meets this one with another call, or with the same as another one of its calls. */
export function refuseMeeting(
  own: { signature: number; communicator: string; tag: number },
  theirs: { signature: number; tag: number; source: number },
): never {
  checkSignature(own, theirs);
  const { communicator, signature } = own;
  throw new LockstepError('collectiveMismatch', {
    communicator,
    node: theirs.source,
    theirs: `${describeCollective(signature)} as its call number ${theirs.tag + 1}`,
    ours: `${describeCollective(signature)} as its call number ${own.tag + 1}`,
  });
}

/** The call in words: `reduce(SUM, root 1)`, `iallreduce(MAX, algorithm ring)`. */
export function describeSignature(signature: number): string {
  const call = collectives[Math.floor(signature / above.call)] ?? 'another call';
  const isNonblocking = part(signature, above.form, bits.form) === 1;
  const algorithm = part(signature, above.algorithm, bits.algorithm);
  const operation = part(signature, above.operation, bits.operation);
  const root = part(signature, 1, bits.root) - 1;
  const details = [
    ...(operation > 0 ? [operationName(operation)] : []),
    ...(root >= 0 ? [`root ${root}`] : []),
    ...(algorithm > 0 ? [`algorithm ${algorithms[algorithm] ?? '?'}`] : []),
  ];
  return `${isNonblocking ? `i${call}` : call}${details.length > 0 ? `(${details.join(', ')})` : ''}`;
}

/** The call in words as far as the program has written it: `reduce(SUM, root 1)`. */
export function describeCollective(signature: number): string {
  return describeSignature(withoutAlgorithm(signature));
}

function withoutAlgorithm(signature: number): number {
  return signature - part(signature, above.algorithm, bits.algorithm) * above.algorithm;
}

/** A part of a signature, by its place and its bits. */
function part(signature: number, place: number, width: number): number {
  return Math.floor(signature / place) % 2 ** width;
}

function operationNumber(operation: unknown): number {
  if (operation === undefined) return 0;
  if (!(operation instanceof Operation)) return ownFunction;
  const known = operations.indexOf(operation.name);
  return known > 0 ? known : ownOperation;
}

function operationName(number: number): string {
  if (number === ownFunction) return 'a function of its own';
  return operations[number] ?? 'an operation of its own';
}
