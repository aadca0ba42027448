/**
 * Operations as a trace that ui.perfetto.dev and chrome://tracing open: the JSON of the Trace Event Format. A node is a
 * process: its calls are the slices of one thread, its requests, which overlap, those of as many more as they need. An
 * arrow (a flow) goes from the slice that sent a message to the one that received it.
 */
import { describeFault, type FaultRecord } from '../../protocol/faults';
import { isMeeting, leftAt, type Operation } from '../../protocol/operations';

/** The operations of one node. */
export interface NodeOperations {
  rank: number;
  /** Name of its machine. */
  host: string;
  operations: readonly Operation[];
}

/** One event of the format, as far as it is used here. */
export interface TraceEvent {
  /** `M` names something, `X` is a slice, `s` and `f` are the ends of an arrow, `i` is a moment. */
  ph: 'M' | 'X' | 's' | 'f' | 'i';
  name: string;
  cat?: string;
  pid: number;
  tid: number;
  /** Microseconds since the first operation. */
  ts?: number;
  dur?: number;
  /** What the two ends of an arrow have in common. */
  id?: string;
  /** The arrow ends in the slice around it, not in the next one. */
  bp?: 'e';
  /** The moment is one of its process, or of all. */
  s?: 'p' | 'g';
  args?: Record<string, unknown>;
}

/** Slices that are only a moment get this width, so that an arrow has something to begin or end in. */
const momentUs = 0.1;
const callsThread = 0;

/** The events, those that name nodes first; what went wrong on purpose comes last. */
export function* traceEvents(
  nodes: readonly NodeOperations[],
  faults: readonly FaultRecord[] = [],
): Generator<TraceEvent> {
  const originMs = earliest(nodes, faults);
  const received = receiveEnds(nodes);
  const sent = sendBegins(nodes, received);
  for (const { rank, host, operations } of nodes) {
    const name = (tid: number, what: string, text: string): TraceEvent => ({
      ph: 'M',
      name: what,
      pid: rank,
      tid,
      args: { name: text },
    });
    yield name(callsThread, 'process_name', `node ${rank} on ${host}`);
    yield { ...name(callsThread, 'process_sort_index', ''), args: { sort_index: rank } };
    yield name(callsThread, 'thread_name', 'calls');
    const threads = new Threads();
    for (const operation of operations) {
      const { kind, role, messageId } = operation;
      const sentMs = sent.get(messageId) ?? NaN;
      const beginMs = role === 'send' ? sentMs : operation.beginMs;
      // An arrow that went back would not be drawn: both of its ends lie in their slices.
      const endMs = role === 'receive' && sentMs > operation.endMs ? sentMs : operation.endMs;
      const [ts, end] = [(beginMs - originMs) * 1000, (endMs - originMs) * 1000];
      const tid = kind === 'call' ? callsThread : threads.place(kind, ts, end + momentUs);
      if (kind !== 'call' && threads.isNew)
        yield name(tid, 'thread_name', kind === 'request' ? 'requests' : 'messages');
      const where = { pid: rank, tid };
      const dur = Math.max(momentUs, end - ts);
      yield { ph: 'X', name: operation.name, cat: kind, ...where, ts, dur, args: argsOf(operation) };
      const arrow = { name: 'message', cat: 'message', ...where, id: String(messageId) };
      if (role === 'send' && received.has(messageId)) yield { ph: 's', ...arrow, ts };
      else if (role === 'receive' && sent.has(messageId)) yield { ph: 'f', bp: 'e', ...arrow, ts: ts + dur };
    }
  }
  for (const record of faults) yield faultEvent(record, originMs);
}

function faultEvent({ fault, by, ended, monotonicMs }: FaultRecord, originMs: number): TraceEvent {
  const name = `fault: ${describeFault(fault)}${ended ? ' ended' : ''}`;
  const where = 'node' in fault ? ({ s: 'p', pid: fault.node } as const) : ({ s: 'g', pid: 0 } as const);
  const ts = (monotonicMs - originMs) * 1000;
  return { ph: 'i', name, cat: 'fault', ...where, tid: callsThread, ts, args: { by } };
}

/** The whole trace as pieces of text. */
export function* traceText(
  nodes: readonly NodeOperations[],
  faults: readonly FaultRecord[] = [],
): Generator<string> {
  let before = '{"displayTimeUnit":"ns","traceEvents":[\n';
  for (const event of traceEvents(nodes, faults)) {
    yield before + JSON.stringify(event);
    before = ',\n';
  }
  yield `${before === ',\n' ? '' : before}\n]}\n`;
}

/** Threads of a node beside that of its calls: what overlaps must not share one. */
class Threads {
  private readonly ends: { kind: string; end: number }[] = [];
  /** Whether the last `place` was the first of its thread. */
  isNew = false;

  /** The first thread of a kind that is free from `begin` on. */
  place(kind: string, begin: number, end: number): number {
    this.isNew = false;
    let index = this.ends.findIndex((thread) => thread.kind === kind && thread.end <= begin);
    if (index < 0) {
      index = this.ends.length;
      this.isNew = true;
    }
    this.ends[index] = { kind, end };
    return callsThread + 1 + index;
  }
}

function argsOf(operation: Operation): Record<string, unknown> {
  const { kind, communicator, peer, tag, bytes, messageId, role, clock, algorithm, at, isLikeSite } =
    operation;
  const place = at && `${at.file}:${at.line}${isLikeSite ? ' (of a call like this one)' : ''}`;
  const message = role === 'none' ? {} : { peer, tag, bytes, messageId: String(messageId) };
  const meeting = isMeeting(kind, role, messageId) ? { call: tag + 1, nodes: peer + 1 } : {};
  return { communicator, ...message, ...meeting, algorithm, lamportClock: clock, source: place };
}

function earliest(nodes: readonly NodeOperations[], faults: readonly FaultRecord[]): number {
  let ms = Math.min(Infinity, ...faults.slice(0, 1).map(({ monotonicMs }) => monotonicMs));
  for (const { operations } of nodes) for (const { beginMs } of operations) ms = Math.min(ms, beginMs);
  return ms;
}

/** By message: when it had been received. */
function receiveEnds(nodes: readonly NodeOperations[]): Map<number, number> {
  const ends = new Map<number, number>();
  for (const { operations } of nodes) {
    for (const { role, messageId, endMs } of operations) if (role === 'receive') ends.set(messageId, endMs);
  }
  return ends;
}

/** By message: when it left; not while its node was in the call before. */
function sendBegins(
  nodes: readonly NodeOperations[],
  received: ReadonlyMap<number, number>,
): Map<number, number> {
  const begins = new Map<number, number>();
  for (const { operations } of nodes) {
    let previousEndMs = -Infinity;
    for (const { kind, role, messageId, beginMs, endMs } of operations) {
      if (role === 'send') {
        const leftMs = leftAt(beginMs, received.get(messageId) ?? Infinity);
        begins.set(messageId, kind === 'call' ? Math.min(beginMs, Math.max(leftMs, previousEndMs)) : leftMs);
      }
      if (kind === 'call') previousEndMs = endMs;
    }
  }
  return begins;
}
