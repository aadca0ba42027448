/** Gathers nodes' output, so that the editor is handed one piece a node and interval however many lines there are. */
import type { OutputStream } from '../../runtime/protocol/events';

/** Lines of one node in one job. */
export interface OutputPiece {
  job: string;
  rank: number;
  stream: OutputStream;
  /** Whole lines without the last one's newline. */
  text: string;
}

/** Text to append to one node's channel. */
export interface OutputText {
  rank: number;
  text: string;
}

/** Pieces in, text a rank out; a heading tells where another job's output begins. */
export class OutputQueue {
  private readonly waiting = new Map<number, string[]>();
  private readonly lastJob = new Map<number, string>();

  /** `heading` names a job at the head of its output. */
  constructor(private readonly heading: (job: string) => string) {}

  /** Takes a piece in. */
  add({ job, rank, stream, text }: OutputPiece): void {
    const lines = this.waiting.get(rank) ?? [];
    if (this.lastJob.get(rank) !== job) {
      lines.push(`${this.lastJob.has(rank) ? '\n' : ''}── ${this.heading(job)} ──`);
      this.lastJob.set(rank, job);
    }
    lines.push(stream === 'lockstep' ? `[lockstep] ${text}` : text);
    this.waiting.set(rank, lines);
  }

  /** All that waits, which then waits no more. */
  take(): OutputText[] {
    const texts = [...this.waiting].map(([rank, lines]) => ({ rank, text: `${lines.join('\n')}\n` }));
    this.waiting.clear();
    return texts;
  }
}
