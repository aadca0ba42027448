/**
 * The operations of a job's nodes, on their way to those who watch and into files. Nodes of this machine share its
 * clock, and write their files themselves; of another machine the clock is measured (D. Mills, "Network time protocol",
 * RFC 958: half of the quickest round trip is the error), and what its nodes send is written here.
 */
import { join } from 'node:path';
import { monotonicMs } from '../core/clock';
import { RecordingFile, recordingName } from '../core/timeline/recordingFile';
import type { Seat } from '../launch/nodeHost';
import type { AgentRequests, RecordingWish } from '../protocol/agentLink';
import type { ClusterEvent } from '../protocol/events';
import type { NodeRecording } from '../protocol/operations';
import type { AgentHandlers } from './agentLink';

const roundTrips = 8;

/** What is needed of the job and its coordinator. */
export interface RecordingContext {
  /** Where each node runs, by rank. */
  seats: readonly Seat[];
  /** Number of the job, from 1. */
  number: number;
  runDirectory: string;
  /** Whether some client wants operations. */
  isWatched(): boolean;
  /** Tells the clients; resolves when they can take more. */
  publish(event: ClusterEvent): Promise<void>;
}

/** What is needed of a node. */
interface TimedNode {
  clock(): Promise<{ monotonicMs: number }> | undefined;
}

export class Recordings {
  /** By rank: what is added to a node's times. */
  private readonly offsets: number[] = [];
  private readonly files = new Map<number, RecordingFile>();

  constructor(
    /** Whether files are to be kept. */
    private readonly trace: boolean,
    private readonly context: RecordingContext,
  ) {}

  /** What a node is told when its program starts. */
  wish(rank: number): RecordingWish {
    const live = this.context.isWatched();
    return { live, file: !this.trace ? 'none' : this.isHere(rank) ? 'kept' : 'sent' };
  }

  /** What is done with the operations that a node sends. */
  handlersOf(rank: number, job: string): Pick<AgentHandlers, 'operations' | 'recording'> {
    return {
      operations: (batch) => {
        const offsetMs = this.offsetMs(rank);
        void this.context.publish({ type: 'operations', job, rank, offsetMs, batch });
      },
      recording: (piece) => this.store(rank, piece),
    };
  }

  /** Measures the clock of a node's machine, where that is another one. */
  async measure(rank: number, node: TimedNode): Promise<void> {
    if (this.isHere(rank)) return;
    let quickestMs = Infinity;
    for (let trip = 0; trip < roundTrips; trip += 1) {
      const beforeMs = monotonicMs();
      const answer = await node.clock();
      const afterMs = monotonicMs();
      if (!answer || afterMs - beforeMs >= quickestMs) continue;
      quickestMs = afterMs - beforeMs;
      this.offsets[rank] = (beforeMs + afterMs) / 2 - answer.monotonicMs;
    }
  }

  /** The job has ended. */
  close(): void {
    for (const file of this.files.values()) file.close();
    this.files.clear();
  }

  /** Where the operations are; nowhere if nobody asked for a trace. */
  list(): NodeRecording[] {
    if (!this.trace) return [];
    return this.context.seats.map(({ host }, rank) => ({
      rank,
      host: host.name,
      path: this.path(rank),
      offsetMs: this.offsetMs(rank),
    }));
  }

  /** To be added to a node's times for the coordinator's clock. */
  private offsetMs(rank: number): number {
    return this.offsets[rank] ?? 0;
  }

  /** Writes what a node of another machine has sent. */
  private store(rank: number, { records, words, lost }: AgentRequests['recording']): void {
    let file = this.files.get(rank);
    if (!file) {
      file = new RecordingFile(this.path(rank));
      this.files.set(rank, file);
    }
    file.words(words);
    file.add(Buffer.from(records, 'base64'), lost);
  }

  private isHere(rank: number): boolean {
    return this.context.seats[rank]?.host.id === 'here';
  }

  private path(rank: number): string {
    const { runDirectory, number } = this.context;
    return join(runDirectory, recordingName(number, rank));
  }
}
