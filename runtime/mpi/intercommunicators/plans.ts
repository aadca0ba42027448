/** The collectives between two groups as plans, from one node's side: the same for the blocking call and the nonblocking one. */
import { decode } from '../../core/codec';
import { type Payload, PROC_NULL, ROOT } from '../../protocol/envelope';
import { concatenate, mapPlan } from '../collectives/blocks';
import type { Concatenated } from '../collectives/options';
import type { Plan } from '../collectives/plan';
import { mapSchedule, receive, receiveAll, type Schedule, send, sendAll } from '../collectives/schedule';
import type { NumberArray } from '../layout';
import type { ReduceOperation } from '../operations';
import { ranksOf, type Side, type Sides } from './sides';
import { interAllgather, interAllreduce, interBarrier, interBcast, interReduce } from './throughLeaders';

/** Every node waits for all of the other group. */
export function planInterBarrier(sides: Sides): Plan<void> {
  return { algorithm: 'leaders', schedule: interBarrier(sides) };
}

/** The root's value for the other group; at the root itself, what it gave. */
export function planInterBcast<T>(sides: Sides, data: T, root: number): Plan<T> {
  return { algorithm: 'leaders', schedule: bcast(sides, data, root) };
}

function bcast<T>(sides: Sides, data: T, root: number): Schedule<T> {
  const { local, other } = sides;
  if (root === PROC_NULL) return nothing<T>();
  if (root === ROOT) return mapSchedule(send(other.first, local.encode(data)), () => data);
  return mapSchedule(interBcast(sides, other.first + root), decodeAs<T>);
}

/** An element of the root's for each node of the other group: from the root to each. Cost: one round, q messages. */
export function planInterScatter<T>(
  sides: Sides,
  parts: ArrayLike<T> | null | undefined,
  root: number,
): Plan<T> {
  return { algorithm: 'linear', schedule: scatter(sides, parts, root) };
}

function scatter<T>(
  { other, local }: Sides,
  parts: ArrayLike<T> | null | undefined,
  root: number,
): Schedule<T> {
  if (root === PROC_NULL) return nothing<T>();
  if (root !== ROOT) return mapSchedule(receive(other.first + root), decodeAs<T>);
  const payloads = Array.from(parts ?? [], (part) => local.encode(part));
  return mapSchedule(sendAll(addressed(other, payloads)), () => undefined as T);
}

/** The values of the other group at the root: from each to the root. Cost: one round, q messages. */
export function planInterGather<T>(sides: Sides, data: T, root: number): Plan<T[] | undefined> {
  return { algorithm: 'linear', schedule: gather(sides, data, root) };
}

function gather<T>({ other, local }: Sides, data: T, root: number): Schedule<T[] | undefined> {
  if (root === PROC_NULL) return nothing();
  if (root === ROOT) return mapSchedule(receiveAll(ranksOf(other)), decodeAllAs<T>);
  return mapSchedule(send(other.first + root, local.encode(data)), () => undefined);
}

/** The typed arrays of the other group at the root, end to end. */
export function planInterGatherv<V extends NumberArray>(
  sides: Sides,
  data: V | undefined,
  root: number,
): Plan<Concatenated<V> | undefined> {
  return mapPlan(planInterGather(sides, data as V, root), (all) => all && concatenate(all));
}

/** The values of the other group at every node. */
export function planInterAllgather<T>(sides: Sides, data: T): Plan<T[]> {
  return { algorithm: 'leaders', schedule: interAllgather(sides, data) };
}

/** The typed arrays of the other group at every node, end to end. */
export function planInterAllgatherv<V extends NumberArray>(sides: Sides, data: V): Plan<Concatenated<V>> {
  return mapPlan(planInterAllgather(sides, data), concatenate);
}

/** An element for each node of the other group, and one from each. Cost: one round, q messages from each of p nodes. */
export function planInterAlltoall<T>({ other, local }: Sides, parts: ArrayLike<T>): Plan<T[]> {
  const payloads = Array.from(parts, (part) => local.encode(part));
  return { algorithm: 'linear', schedule: mapSchedule(meet(other, payloads), decodeAllAs<T>) };
}

/** A block for each node of the other group, and one from each, end to end. */
export function planInterAlltoallv<V extends NumberArray>(
  sides: Sides,
  blocks: readonly V[],
): Plan<Concatenated<V>> {
  return mapPlan(planInterAlltoall(sides, blocks), concatenate);
}

/** The combination of the other group's values at the root. */
export function planInterReduce<T>(
  sides: Sides,
  data: T,
  operation: ReduceOperation<T>,
  root: number,
): Plan<T | undefined> {
  return { algorithm: 'leaders', schedule: reduce(sides, data, operation, root) };
}

function reduce<T>(
  sides: Sides,
  data: T,
  operation: ReduceOperation<T>,
  root: number,
): Schedule<T | undefined> {
  const { other } = sides;
  if (root === PROC_NULL) return nothing();
  if (root === ROOT) return mapSchedule(receive(other.first), decodeAs<T>);
  return mapSchedule(interReduce(sides, data, operation, other.first + root), () => undefined);
}

/** The combination of the other group's values at every node. */
export function planInterAllreduce<T>(sides: Sides, data: T, operation: ReduceOperation<T>): Plan<T> {
  return { algorithm: 'leaders', schedule: interAllreduce(sides, data, operation) };
}

function addressed(other: Side, payloads: readonly Payload[]): { to: number; payload: Payload }[] {
  return payloads.map((payload, rank) => ({ to: other.first + rank, payload }));
}

/** A message to each node of the other group, and one from each. */
function* meet(other: Side, payloads: readonly Payload[]): Schedule<Payload[]> {
  return yield { sends: addressed(other, payloads), receives: ranksOf(other) };
}

/** The part of a node that the call has nothing for. */
function nothing<T>(): Schedule<T> {
  return mapSchedule(sendAll([]), () => undefined as T);
}

const decodeAs = <T>(payload: Payload): T => decode(payload) as T;
const decodeAllAs = <T>(payloads: readonly Payload[]): T[] => payloads.map((payload) => decodeAs<T>(payload));
