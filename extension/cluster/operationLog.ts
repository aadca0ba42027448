/** The newest operations of the newest jobs that were recorded, for a timeline that is opened or shown again, and for export. */
import type { NodeOperations } from '../../runtime/core/timeline/perfetto';
import type { NodeInfo } from '../../runtime/protocol/node';
import { type Operation, OperationReader, type OperationWords } from '../../runtime/protocol/operations';
import { keptRecordings, type OperationsEvent } from '../../webviews/timeline/contract';

/** Of one job: about 280,000 operations. */
const keptChars = 24_000_000;

interface JobLog {
  events: OperationsEvent[];
  chars: number;
  /** By rank: what its records speak of; a later event need not repeat it. */
  words: Map<number, OperationWords>;
  /** By rank: operations that are not here any more, or never were. */
  leftOut: Map<number, number>;
}

export class OperationLog {
  private readonly jobs = new Map<string, JobLog>();

  constructor(private readonly kept = keptChars) {}

  /** Takes in what a node did. */
  add(event: OperationsEvent): void {
    const log = this.logOf(event.job);
    const { rank, batch } = event;
    if (batch.words) log.words.set(rank, batch.words);
    log.leftOut.set(rank, (log.leftOut.get(rank) ?? 0) + batch.leftOut);
    log.chars += batch.records.length;
    log.events.push({ ...event, batch: { records: batch.records, leftOut: 0 } });
    let first = 0;
    for (; log.chars > this.kept && first < log.events.length - 1; first += 1) {
      const { rank: of, batch: dropped } = log.events[first] as OperationsEvent;
      log.chars -= dropped.records.length;
      log.leftOut.set(of, (log.leftOut.get(of) ?? 0) + readerOf(dropped.records).length);
    }
    if (first > 0) log.events.splice(0, first);
  }

  /** All that is kept of a job, as if it came now. */
  events(job: string): OperationsEvent[] {
    const log = this.jobs.get(job);
    if (!log) return [];
    const ranks = new Set([...log.words.keys(), ...log.leftOut.keys()]);
    const heads = [...ranks].map((rank): OperationsEvent => {
      const [words, leftOut] = [log.words.get(rank), log.leftOut.get(rank) ?? 0];
      return { type: 'operations', job, rank, offsetMs: 0, batch: { records: '', words, leftOut } };
    });
    return [...heads, ...log.events];
  }

  /** The same as a trace wants it; `nodes` says where they ran. */
  nodeOperations(job: string, nodes: readonly NodeInfo[]): NodeOperations[] {
    const log = this.jobs.get(job);
    return nodes.map(({ rank, host }) => {
      const words = log?.words.get(rank) ?? { names: [], sites: [] };
      const operations = (log?.events ?? [])
        .filter((event) => event.rank === rank)
        .flatMap(({ offsetMs, batch }) => operationsIn(batch.records, words, offsetMs));
      return { rank, host, operations };
    });
  }

  /** Forgets a job. */
  delete(job: string): void {
    this.jobs.delete(job);
  }

  private logOf(job: string): JobLog {
    let log = this.jobs.get(job);
    if (!log) {
      log = { events: [], chars: 0, words: new Map(), leftOut: new Map() };
      this.jobs.set(job, log);
      const [oldest] = this.jobs.keys();
      if (this.jobs.size > keptRecordings && oldest !== undefined) this.jobs.delete(oldest);
    }
    return log;
  }
}

function readerOf(records: string): OperationReader {
  return new OperationReader(Buffer.from(records, 'base64'));
}

function operationsIn(records: string, words: OperationWords, offsetMs: number): Operation[] {
  const reader = readerOf(records);
  return Array.from({ length: reader.length }, (_, index) => reader.operation(index, words, offsetMs));
}
