/** A node's output on its way to the coordinator: whole lines, in order, bounded. */
import type { OutputChunk } from '../protocol/agentLink';
import type { OutputStream } from '../protocol/events';

/** A line longer than this is cut into several. */
const maximumLineChars = 1 << 16;
/** Most of what travels in one request. */
const batchChars = 1 << 18;
/** The queue is full from here on; whoever fills it stops until it drains. */
const fullChars = 1 << 20;

export class OutputQueue {
  private readonly partial = new Map<OutputStream, string>();
  private chunks: OutputChunk[] = [];
  private chars = 0;
  private sending: Promise<void> | undefined;

  /** `send` resolves when the coordinator can take more; `onDrained` is called when the queue stops being full. */
  constructor(
    private readonly send: (chunks: OutputChunk[]) => Promise<void>,
    private readonly onDrained: () => void,
  ) {}

  get full(): boolean {
    return this.chars >= fullChars;
  }

  /** Takes text; what follows the last newline waits for the rest of its line. */
  push(stream: OutputStream, text: string): void {
    const all = (this.partial.get(stream) ?? '') + text;
    const end = all.lastIndexOf('\n');
    let rest = all.slice(end + 1);
    if (end >= 0) this.append(stream, all.slice(0, end));
    while (rest.length > maximumLineChars) {
      this.append(stream, rest.slice(0, maximumLineChars));
      rest = rest.slice(maximumLineChars);
    }
    this.partial.set(stream, rest);
  }

  /** Sends what is left, unfinished lines too; resolves when the coordinator has it. */
  async flush(): Promise<void> {
    for (const [stream, rest] of this.partial) if (rest !== '') this.append(stream, rest);
    this.partial.clear();
    while (this.sending) await this.sending;
  }

  private append(stream: OutputStream, text: string): void {
    const last = this.chunks.at(-1);
    if (last?.stream === stream && last.text.length < batchChars) last.text += `\n${text}`;
    else this.chunks.push({ stream, text });
    this.chars += text.length + 1;
    this.sending ??= this.drain();
  }

  private async drain(): Promise<void> {
    // A turn of the event loop gathers the lines that come together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.chunks.length > 0) {
      const batch: OutputChunk[] = [];
      for (let chars = 0; chars < batchChars && this.chunks.length > 0;) {
        const chunk = this.chunks.shift() as OutputChunk;
        batch.push(chunk);
        chars += chunk.text.length + 1;
      }
      await this.send(batch);
      const wasFull = this.full;
      for (const chunk of batch) this.chars -= chunk.text.length + 1;
      if (wasFull && !this.full) this.onDrained();
    }
    this.sending = undefined;
  }
}
