/**
 * Ranks as threads, for tests of message passing without a transport. A test file starts itself anew in each
 * thread: `if (isMainThread)` it describes its tests and drives a `ThreadCluster`, else it calls `serveRank`.
 */
import { once } from 'node:events';
import {
  MessageChannel,
  type MessagePort,
  type TransferListItem,
  Worker,
  parentPort,
  workerData,
} from 'node:worker_threads';
import { type Communicator, createWorld } from '../communicator';
import type { EngineOptions } from '../engineOptions';
import { ProgressEngine } from '../progressEngine';
import { ThreadEndpoint } from './threadEndpoint';

/** What a rank runs; its result goes back to the test. */
export type RankProgram = (world: Communicator, shared: Int32Array, endpoint: ThreadEndpoint) => unknown;

interface RankData {
  rank: number;
  size: number;
  ports: (MessagePort | undefined)[];
  signals: Int32Array;
  shared: Int32Array;
}

interface Answer {
  result?: unknown;
  error?: string;
}

/** `size` threads that run programs together, by name. */
export class ThreadCluster {
  private readonly workers: Worker[];
  /** Memory that all ranks see, zero before each run. */
  private readonly shared = new Int32Array(new SharedArrayBuffer(64));

  /** `file` is the test's own bundle: `__filename`. */
  constructor(file: string, size: number) {
    const signals = new Int32Array(new SharedArrayBuffer(4 * size));
    const ports = Array.from({ length: size }, () =>
      new Array<MessagePort | undefined>(size).fill(undefined),
    );
    for (let a = 0; a < size; a++) {
      for (let b = a + 1; b < size; b++) {
        const { port1, port2 } = new MessageChannel();
        ports[a]?.splice(b, 1, port1);
        ports[b]?.splice(a, 1, port2);
      }
    }
    this.workers = ports.map((own, rank) => {
      const data: RankData = { rank, size, ports: own, signals, shared: this.shared };
      const transferList = own.filter((port) => port !== undefined) as TransferListItem[];
      return new Worker(file, { workerData: data, transferList });
    });
  }

  /** The results of all ranks; rejects with the first error of one. */
  async run(program: string): Promise<unknown[]> {
    this.shared.fill(0);
    return Promise.all(
      this.workers.map(async (worker, rank) => {
        const answered = once(worker, 'message') as Promise<[Answer]>;
        worker.postMessage(program);
        const [answer] = await answered;
        if (answer.error !== undefined) throw new Error(`${program}, rank ${rank}: ${answer.error}`);
        return answer.result;
      }),
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}

/** The threads' side: runs the programs that the test names, in one world. */
export function serveRank(
  programs: Readonly<Record<string, RankProgram>>,
  options?: EngineOptions,
  sharesMemory = false,
): void {
  const { rank, size, ports, signals, shared } = workerData as RankData;
  const endpoint = new ThreadEndpoint(rank, size, ports, signals, sharesMemory);
  const world = createWorld(new ProgressEngine(endpoint, options));
  const test = parentPort as MessagePort;
  const run = async (name: string): Promise<Answer> => {
    try {
      return { result: await programs[name]?.(world, shared, endpoint) };
    } catch (error) {
      return { error: (error as Error).stack ?? String(error) };
    }
  };
  test.on('message', (name: string) => {
    void run(name).then((answer) => test.postMessage(answer));
  });
}
