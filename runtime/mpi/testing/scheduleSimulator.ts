/**
 * Runs the schedules of all nodes of a collective in one thread: messages keep their order from one node to another, and
 * otherwise arrive as `choose` says. A payload is read as late as its round allows, so that an algorithm that changes
 * its bytes too early is found out.
 */
import type { Payload } from '../../protocol/envelope';
import { payloadBytes } from '../../protocol/envelope';
import { copyPayload, copyValue, encode, keepPayload } from '../../core/codec';
import type { Participant, Round, Schedule } from '../collectives/schedule';

/** What a simulated run came to. */
export interface Simulated<T> {
  results: T[];
  messages: number;
  /** Bytes of payload sent by each node. */
  sentBytes: number[];
  /** The longest chain of messages that had to follow one another. */
  depth: number;
}

interface Flight {
  payload: Payload;
  /** Length of the chain that ends with this message. */
  depth: number;
}

interface Node<T> {
  schedule: Schedule<T>;
  round: Round | undefined;
  /** Sends of the round that have left, by index. */
  left: Set<number>;
  got: (Payload | undefined)[];
  depth: number;
  roundDepth: number;
  result: T | undefined;
}

/** A node that takes part in a simulated collective. */
export function participantOf(name: string, rank: number, size: number): Participant {
  return {
    name,
    rank,
    size,
    encode: (value) => keepPayload(encode(value, name)),
    copy: (value) => copyValue(value, name),
  };
}

/** Runs to the end; throws if nothing moves any more. `choose(n)` gives a number from 0 to n - 1. */
export function simulate<T>(
  size: number,
  start: (rank: number) => Schedule<T>,
  choose: (count: number) => number,
): Simulated<T> {
  const wires = new Map<string, Flight[]>();
  const sentBytes = new Array<number>(size).fill(0);
  let messages = 0;
  let depth = 0;
  const nodes = Array.from({ length: size }, (_, rank): Node<T> => {
    const node: Node<T> = {
      schedule: start(rank),
      round: undefined,
      left: new Set(),
      got: [],
      depth: 0,
      roundDepth: 0,
      result: undefined,
    };
    proceed(node, []);
    return node;
  });

  for (;;) {
    const moves = nodes.flatMap((node, rank) => movesOf(node, rank, wires));
    if (moves.length === 0) break;
    moves[choose(moves.length)]?.();
  }
  const stuck = nodes.flatMap(({ round }, rank) => (round ? [rank] : []));
  if (stuck.length > 0) throw new Error(`nodes ${stuck.join(', ')} of ${size} wait for ever`);
  const lost = [...wires.values()].flat().length;
  if (lost > 0) throw new Error(`${lost} messages were never received`);
  return { results: nodes.map(({ result }) => result as T), messages, sentBytes, depth };

  function proceed(node: Node<T>, payloads: Payload[]): void {
    node.depth = node.roundDepth;
    const next = node.schedule.next(payloads);
    node.left.clear();
    node.got = [];
    if (next.done) {
      node.round = undefined;
      node.result = next.value;
    } else {
      node.round = next.value;
      finishIfOver(node);
    }
  }

  function finishIfOver(node: Node<T>): void {
    const { round } = node;
    if (!round || node.left.size < round.sends.length) return;
    const payloads = round.receives.map((_, i) => node.got[i]);
    if (payloads.every((payload) => payload !== undefined)) proceed(node, payloads);
  }

  function movesOf(node: Node<T>, rank: number, between: Map<string, Flight[]>): (() => void)[] {
    const { round } = node;
    if (!round) return [];
    const sends = round.sends.flatMap(({ to, payload }, i) => {
      const first = round.sends.findIndex((send, k) => send.to === to && !node.left.has(k));
      if (node.left.has(i) || first !== i) return [];
      return () => {
        const wire = between.get(`${rank} ${to}`) ?? [];
        between.set(`${rank} ${to}`, wire);
        wire.push({ payload: copyPayload(payload), depth: node.depth + 1 });
        messages += 1;
        sentBytes[rank] = (sentBytes[rank] ?? 0) + payloadBytes(payload);
        node.left.add(i);
        finishIfOver(node);
      };
    });
    const receives = round.receives.flatMap((from, i) => {
      const wire = between.get(`${from} ${rank}`);
      const first = round.receives.findIndex((source, k) => source === from && !node.got[k]);
      if (!wire?.length || node.got[i] || first !== i) return [];
      return () => {
        const flight = wire.shift() as Flight;
        node.got[i] = flight.payload;
        node.roundDepth = Math.max(node.roundDepth, flight.depth);
        depth = Math.max(depth, flight.depth);
        finishIfOver(node);
      };
    });
    return [...sends, ...receives];
  }
}
