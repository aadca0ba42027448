/**
 * What has become of the tasks of a program, on disk: a later run of the same program, after this one was killed, takes it from
 * there. The driver writes it, since the driver alone knows what counts: the first result of a task, and a failure that is
 * final. Start here; record.ts is what is written, replay.ts how it is read.
 *
 * Failure assumptions: processes are killed at any moment, the machine may lose power, the disk may be full. The programs of
 * both runs hand in the same tasks. Cost of a task: a hash of its call, and a record; one write for all that came together.
 */
import { createHash } from 'node:crypto';
import { LockstepError } from '../../protocol/errors';
import type { PlacedJournal } from '../../protocol/agentLink';
import { digestPacked } from '../packedDigest';
import { type Packed, packedBytes } from '../wire';
import { CallDigest } from './callDigest';
import { frameOf, headerBytes, headerOf, valueIn } from './frame';
import { JournalFiles } from './journalFiles';
import { isPacked, type JournalRecord, recordFrame } from './record';
import { type Entry, journalMark, recordAt, replay, WindowedReader } from './replay';
import { describeReplay } from './describeReplay';

/** What the journal says of a task. */
export type Recalled =
  | { type: 'result'; bytes: number; /** Reads it anew each time it is called. */ read: () => Packed }
  | { type: 'failed'; error: LockstepError };

/** A result in a file of its own. */
type Stored = Pick<Extract<JournalRecord, { type: 'stored' }>, 'file' | 'bytes'>;

export class TaskJournal {
  /** How often each call was handed in. */
  private readonly calls = new Map<string, number>();
  private pending: Uint8Array[] = [];
  /** Large results whose attempts have not been told of as ended. */
  private readonly copies = new Map<string, Stored>();
  private isWritten = true;

  private constructor(
    private readonly files: JournalFiles,
    private readonly entries: ReadonlyMap<string, Entry>,
    private readonly tell: (line: string) => void,
  ) {}

  /**
   * Opens the journal of a program of this version, and says what it finds. Throws LockstepError `journalUnusable`,
   * `journalInUse`, `journalElsewhere`.
   */
  static async open(
    { folder, anyVersion, machine, earlier }: PlacedJournal,
    version: string,
    tell: (line: string) => void,
  ): Promise<TaskJournal> {
    const files = await JournalFiles.open(folder, machine !== undefined, tell);
    if (files.bytes === 0 && earlier) {
      files.remove();
      const now = machine ?? 'this machine';
      throw new LockstepError('journalElsewhere', {
        folder,
        machine: now,
        earlier: earlier.machine,
        file: earlier.file,
      });
    }
    if (machine !== undefined) tell(`The journal is in ${folder} on ${machine}.`);
    const replayed = replay(files, anyVersion ? undefined : version);
    if (!replayed.isJournal) {
      files.close();
      throw new LockstepError('journalUnusable', { folder, reason: 'its file "journal" is none' });
    }
    for (const line of describeReplay(replayed, folder)) tell(line);
    const journal = new TaskJournal(files, replayed.entries, tell);
    if (replayed.wholeBytes < files.bytes) files.cut(replayed.wholeBytes);
    files.keepOnly(replayed.files);
    if (files.bytes === 0) journal.pending.push(journalMark);
    journal.add({ type: 'run', version });
    journal.write();
    return journal;
  }

  /** What names a call that is about to be handed in. */
  digest(job: string, name: string): CallDigest {
    return new CallDigest(job, name);
  }

  /** The name of a call, with its number among its equals. */
  keyOf({ key }: CallDigest): string {
    const number = (this.calls.get(key) ?? 0) + 1;
    this.calls.set(key, number);
    return number === 1 ? key : `${key} ${number}`;
  }

  /** What became of the call of this name, if it ended before. */
  recall(key: string): Recalled | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    if (entry.type === 'failed') return { type: 'failed', error: LockstepError.fromWire(entry.error) };
    try {
      if (entry.type === 'result') {
        const value = this.resultAt(entry.at);
        return { type: 'result', bytes: packedBytes(value), read: () => value };
      }
      const read = (): Packed => this.storedIn(entry.file);
      read();
      return { type: 'result', bytes: entry.bytes, read };
    } catch (error) {
      if (entry.type === 'stored') this.files.discard(entry.file);
      this.tell(
        `A result in the journal cannot be read, and is computed again: ${(error as Error).message}.`,
      );
      return undefined;
    }
  }

  /** A task is done, and its result is here. */
  done(key: string, value: Packed): void {
    this.add({ type: 'result', key, value });
  }

  /** A task is done, and its result is at a node, which has sent a copy before. */
  stored(key: string, task: number, attempt: number): void {
    const copy = this.copies.get(`${task} ${attempt}`);
    if (copy) this.add({ type: 'stored', key, ...copy });
  }

  /** A task has failed, and is not tried again. */
  failed(key: string, error: LockstepError): void {
    this.add({ type: 'failed', key, error: error.toWire() });
  }

  /** A large result that a node is about to tell of. */
  copy(task: number, attempt: number, value: Packed): void {
    this.unlessFull(() => {
      const hash = createHash('sha256');
      digestPacked(hash, value);
      const file = hash.digest('hex');
      this.files.keep(file, frameOf(value));
      this.copies.set(`${task} ${attempt}`, { file, bytes: packedBytes(value) });
    });
  }

  /** That attempt has ended, and was told of. */
  toldOf(task: number, attempt: number): void {
    this.copies.delete(`${task} ${attempt}`);
  }

  /** Writes what has come together; what the program learns comes after that. */
  write(): void {
    const { pending } = this;
    if (pending.length === 0) return;
    this.pending = [];
    this.unlessFull(() => this.files.append(pending.length === 1 ? first(pending) : Buffer.concat(pending)));
  }

  /** The program has ended well: nothing is to be gone on from. */
  remove(): void {
    this.files.remove();
  }

  /** The program has failed: its results are kept, its failures are not. */
  leave(): void {
    this.add({ type: 'ended' });
    this.write();
    this.files.close();
    this.isWritten = false;
  }

  private add(record: JournalRecord): void {
    if (this.isWritten) this.pending.push(recordFrame(record));
  }

  /** Where the disk has no room, or fails, the job goes on without a journal. */
  private unlessFull(write: () => void): void {
    if (!this.isWritten) return;
    try {
      write();
    } catch (error) {
      this.isWritten = false;
      this.pending = [];
      this.tell(
        `The journal is not written any more: ${(error as Error).message}. The job goes on; what is in the journal until now can be gone on from.`,
      );
    }
  }

  private resultAt(at: number): Packed {
    const { record } = recordAt(new WindowedReader(this.files, 4096), this.files.bytes, at);
    if (record?.type !== 'result')
      throw new LockstepError('malformed', { problem: `no result at byte ${at}` });
    return record.value;
  }

  private storedIn(file: string): Packed {
    const content = this.files.kept(file);
    const value = valueIn(content.subarray(headerBytes), headerOf(content).crc);
    if (!isPacked(value)) throw new LockstepError('malformed', { problem: `${file} is no result` });
    return value;
  }
}

const first = (frames: readonly Uint8Array[]): Uint8Array => frames[0] as Uint8Array;
