import {
  endKinds,
  type EndKind,
  endLength,
  inlineResultBytes,
  notices,
  type ResultCopy,
  type TaskErrorReport,
} from './messages';
import type { TaskPort } from './taskPort';
import { type Packed, packedBytes } from './wire';

/** What has ended is told after so long at the latest, and when so much has come together. */
const tellAfterMs = 1;
const tellBytes = 128 * 1024;
const tellEnds = 256;

/** What is told of an attempt. */
export interface AttemptEnd {
  id: number;
  attempt: number;
  beganMs: number;
  endedMs: number;
}

/** How attempts ended, told to the driver in batches. */
export class EndReport {
  private ends: unknown[] = [];
  private bytes = 0;
  private toldAtMs = 0;
  private copies = false;

  /** `hold` keeps a result that is too large to travel unasked. */
  constructor(
    private readonly port: TaskPort,
    private readonly driverRank: number,
    private readonly hold: (id: number, value: Packed) => void,
  ) {
    port.on(notices.copyResults, () => (this.copies = true));
  }

  value(end: AttemptEnd, value: Packed): void {
    const bytes = packedBytes(value);
    if (bytes <= inlineResultBytes) {
      this.bytes += bytes;
      this.add(end, endKinds.value, value);
    } else {
      if (this.copies) this.copy([end.id, end.attempt, value]);
      this.hold(end.id, value);
      this.add(end, endKinds.held, bytes);
    }
  }

  error(end: AttemptEnd, error: TaskErrorReport): void {
    this.add(end, endKinds.error, error);
  }

  inputLost(end: AttemptEnd, input: number, holder: number): void {
    this.add(end, endKinds.inputLost, [input, holder]);
  }

  cancelled(end: AttemptEnd): void {
    this.add(end, endKinds.cancelled, undefined);
  }

  /** Tells what has come together, if it is time. */
  tellIfDue(nowMs: number): void {
    if (
      this.ends.length >= tellEnds * endLength ||
      this.bytes > tellBytes ||
      nowMs - this.toldAtMs > tellAfterMs
    )
      this.tell(nowMs);
  }

  /** Tells what there is. */
  tell(nowMs = performance.now()): void {
    this.toldAtMs = nowMs;
    const { ends } = this;
    if (ends.length === 0) return;
    this.ends = [];
    this.bytes = 0;
    ends.push(nowMs);
    this.port.send(this.driverRank, notices.ended, ends);
  }

  private copy(copy: ResultCopy): void {
    this.port.send(this.driverRank, notices.copy, copy);
  }

  private add({ id, attempt, beganMs, endedMs }: AttemptEnd, kind: EndKind, what: unknown): void {
    this.ends.push(id, attempt, kind, beganMs, endedMs, what);
  }
}
