/** What a node has of the MPI launcher that started its process: its standard streams, and the end of the whole run. */
import { write } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { OutputChunk } from '../protocol/agentLink';
import { MpiLibrary } from '../transport/mpi/mpiLibrary';

const writeBytes = promisify(write);
/** A pipe that is full without blocking is tried again after this long. */
const fullMs = 5;
/** Node 0 tells why the run ends, so it is the first to end it. */
const othersWaitMs = 1000;

export class LaunchedByMpi {
  /** All that is written so far. */
  private written: Promise<void> = Promise.resolve();

  constructor(
    private readonly library: string,
    private readonly rank: number,
  ) {}

  /** Prints what the program has printed; resolves when the launcher has taken it. */
  print(chunks: readonly OutputChunk[]): Promise<void> {
    for (const { stream, text } of chunks) this.append(stream === 'stderr' ? 2 : 1, text);
    return this.written;
  }

  /** Prints a line of the runtime. */
  say(text: string): void {
    this.append(2, text);
  }

  /** Ends all processes of the run, once what was said is out. */
  abort(code: number): void {
    const waited = this.rank === 0 ? this.written : sleep(othersWaitMs);
    void waited.then(() => MpiLibrary.load(__dirname, this.library).abort(code));
  }

  private append(file: number, text: string): void {
    const bytes = Buffer.from(`${text}\n`, 'utf8');
    this.written = this.written.then(() => writeAll(file, bytes));
  }
}

async function writeAll(file: number, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    try {
      at += (await writeBytes(file, bytes, at)).bytesWritten;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return; // nobody reads any more
      await sleep(fullMs);
    }
  }
}
