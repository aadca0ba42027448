/**
 * The agent's end of the ring of operations: takes them out of it while somebody wants them, writes them into a file,
 * and sends them to those who watch, at a bounded rate. Who watches gets all of a burst that fits into the backlog, a
 * little later; of a flood, the newest.
 */
import { RecordingFile } from '../core/timeline/recordingFile';
import { OperationRing } from '../mpi/timeline/operationRing';
import type { AgentRequests, RecordingWish } from '../protocol/agentLink';
import {
  type OperationBatch,
  operationBytes,
  type OperationWord,
  type OperationWords,
} from '../protocol/operations';

/** How often the ring is emptied: it holds what a node does in several times as long. */
const drainMs = 20;
/** How often batches are sent. */
const sendMs = 200;
/** Records that all nodes of a job send at a time, together. */
const sentAtOnce = 4096;
const leastSentAtOnce = 64;
/** Records that wait to be sent. */
const backlogRecords = 1 << 15;
/** What may wait on the way to another machine. */
const waitingLimitBytes = 32 << 20;

type Piece = AgentRequests['recording'];

export class OperationSpool {
  private readonly ring: OperationRing;
  private readonly words: OperationWords = { names: [], sites: [] };
  private wordsChanged = false;
  private wish: RecordingWish = { live: false, file: 'none' };
  private file: RecordingFile | undefined;
  /** The backlog goes round in it; made when somebody watches. */
  private readonly backlog: Backlog = new Backlog(backlogRecords);
  private timers: NodeJS.Timeout[] = [];
  private readonly atOnce: number;
  private pieces: Promise<unknown> = Promise.resolve();
  private waitingBytes = 0;
  /** Records that no piece has told of as lost. */
  private unsentLost = 0;

  /** `send` gets batches for those who watch, `store` pieces of a file that another machine keeps. */
  constructor(
    memory: SharedArrayBuffer,
    size: number,
    private readonly path: string,
    private readonly send: (batch: OperationBatch) => void,
    private readonly store: (piece: Piece) => Promise<unknown>,
  ) {
    this.ring = new OperationRing(memory);
    this.atOnce = Math.max(leastSentAtOnce, Math.floor(sentAtOnce / size));
  }

  /** A new name or place that records speak of. */
  word({ name, site }: OperationWord): void {
    if (name !== undefined) this.words.names.push(name);
    if (site !== undefined) this.words.sites.push(site);
    this.wordsChanged = true;
    this.file?.words(this.words);
  }

  /** Who wants operations from now on; whoever begins to watch is told all words anew. */
  want(wish: RecordingWish): void {
    this.drain();
    if (!wish.live) this.backlog.clear();
    this.wish = wish;
    this.wordsChanged = true;
    if (wish.file === 'kept') this.file ??= new RecordingFile(this.path);
    this.ring.wanted = wish.live || wish.file !== 'none';
    for (const timer of this.timers) clearInterval(timer);
    this.timers = this.ring.wanted
      ? [setInterval(() => this.drain(), drainMs), setInterval(() => this.sendSome(this.atOnce), sendMs)]
      : [];
  }

  /** Those who watch come or go; a file is written on. */
  watch(live: boolean): void {
    this.want({ ...this.wish, live });
  }

  /** Hands over all that is there; resolves when another machine has what it is to keep. */
  async flush(): Promise<void> {
    this.drain();
    while (this.backlog.length > 0) this.sendSome(backlogRecords);
    await this.pieces;
  }

  private drain(): void {
    if (!this.ring.wanted) return;
    const { live, file } = this.wish;
    let lost = this.ring.takeLost();
    if (live) this.backlog.leftOut += lost;
    this.ring.drain((records) => {
      this.file?.add(records, lost);
      if (file === 'sent') this.storePiece(records, lost);
      if (live) this.backlog.add(records);
      lost = 0;
    });
  }

  private sendSome(most: number): void {
    const { backlog, words } = this;
    if (!this.wish.live || (backlog.length === 0 && backlog.leftOut === 0 && !this.wordsChanged)) return;
    const { leftOut } = backlog;
    const records = Buffer.from(backlog.take(most)).toString('base64');
    this.send({ records, leftOut, words: this.wordsChanged ? words : undefined });
    this.wordsChanged = false;
  }

  /** A link that is slower than the program gets what it can carry. */
  private storePiece(records: Uint8Array, lost: number): void {
    this.unsentLost += lost;
    if (this.waitingBytes + records.length > waitingLimitBytes) {
      this.unsentLost += records.length / operationBytes;
      return;
    }
    this.waitingBytes += records.length;
    const piece = {
      records: Buffer.from(records).toString('base64'),
      words: this.words,
      lost: this.unsentLost,
    };
    this.unsentLost = 0;
    this.pieces = this.pieces.then(() => this.store(piece)).then(() => (this.waitingBytes -= records.length));
  }
}

/** The newest records, going round in memory that is made with the first of them. */
class Backlog {
  private memory: Uint8Array | undefined;
  private first = 0;
  length = 0;
  /** Records that were dropped since the last `take`. */
  leftOut = 0;

  constructor(private readonly capacity: number) {}

  add(records: Uint8Array): void {
    this.memory ??= new Uint8Array(this.capacity * operationBytes);
    for (let at = 0; at < records.length;) {
      const slot = (this.first + this.length) % this.capacity;
      const count = Math.min((records.length - at) / operationBytes, this.capacity - slot);
      this.memory.set(records.subarray(at, at + count * operationBytes), slot * operationBytes);
      this.length += count;
      at += count * operationBytes;
      const over = Math.max(0, this.length - this.capacity);
      this.first = (this.first + over) % this.capacity;
      this.length -= over;
      this.leftOut += over;
    }
  }

  /** Takes the oldest of them. */
  take(most: number): Uint8Array {
    const count = Math.min(most, this.length);
    const taken = new Uint8Array(count * operationBytes);
    const straight = Math.min(count, this.capacity - this.first);
    const { memory } = this;
    if (memory) {
      const from = this.first * operationBytes;
      taken.set(memory.subarray(from, from + straight * operationBytes));
      taken.set(memory.subarray(0, (count - straight) * operationBytes), straight * operationBytes);
    }
    this.first = (this.first + count) % this.capacity;
    this.length -= count;
    this.leftOut = 0;
    return taken;
  }

  clear(): void {
    this.length = 0;
    this.leftOut = 0;
  }
}
