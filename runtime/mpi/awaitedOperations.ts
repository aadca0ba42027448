import type { Endpoint } from '../transport/endpoint';
import { ranksWaitedFor, type Wait } from '../protocol/node';
import type { Operation } from './operation';

/** So many open requests are described one by one. */
const described = 8;

/** The operations that a program awaits: while there are any, arrivals are taken in whenever the event loop is idle. */
export class AwaitedOperations {
  /** What the program awaits. */
  private readonly waits = new Set<Wait>();
  private pumping = false;
  /** What the program awaits that nothing can settle. */
  private stranded: Wait | undefined;

  constructor(private readonly endpoint: Pick<Endpoint, 'arrival'>) {}

  /** Resolves when an operation is done; `progress` takes in what has arrived. */
  async completion(operation: Operation, wait: Wait, progress: () => void): Promise<void> {
    if (operation.done) return;
    const done = new Promise<void>((resolve) => {
      const next = operation.onDone;
      operation.onDone = () => {
        resolve();
        next?.();
      };
    });
    this.goesOn();
    this.waits.add(wait);
    void this.pump(progress);
    await done;
    this.waits.delete(wait);
  }

  get size(): number {
    return this.waits.size;
  }

  /** The program awaits something else that messages bring; until what is returned is called. */
  add(wait: Wait): () => void {
    this.goesOn();
    this.waits.add(wait);
    return () => void this.waits.delete(wait);
  }

  /**
   * The program awaits no operation, and nothing else can make it go on; until `goesOn`. Messages are taken in as ever, by
   * `progress` where nobody else does.
   */
  strand(wait: Wait, progress?: () => void): void {
    this.stranded = wait;
    if (progress) void this.pump(progress);
  }

  /** The program has something to do, whatever it was that brought it. */
  goesOn(): void {
    this.stranded = undefined;
  }

  get isStranded(): boolean {
    return this.stranded !== undefined;
  }

  /** What the program awaits, as it is now. */
  list(): Wait[] {
    return [...this.waits].map((wait) => {
      wait.update?.();
      return { ...wait };
    });
  }

  /** The same as one wait: whichever is done, some code of the program goes on. Undefined where nothing is awaited that is known of. */
  together(): Wait | undefined {
    const waits = this.list();
    const [first] = waits;
    if (first === undefined) return this.stranded;
    if (waits.length === 1) return first;
    return {
      operation: first.operation,
      communicator: first.communicator,
      needs: waits.some(isOpenToAll) ? undefined : 'any',
      at: first.at,
      idle: waits.every(({ idle }) => idle !== undefined) ? first.idle : undefined,
      waitsFor: waits.some(isOpenToAll) ? [] : [...new Set(waits.flatMap(ranksWaitedFor))],
      requests: waits.flatMap(({ requests }) => requests ?? []).slice(0, described),
      open: waits.reduce((sum, { open }) => sum + (open ?? 0), 0),
    };
  }

  private async pump(progress: () => void): Promise<void> {
    if (this.pumping) return;
    this.pumping = true;
    progress();
    while (this.waits.size > 0 || this.isStranded) {
      await this.endpoint.arrival();
      progress();
    }
    this.pumping = false;
  }
}

/** It waits for nobody in particular, and is never stuck: a task can always be placed anew. */
const isOpenToAll = (wait: Wait): boolean => wait.needs !== 'any' && ranksWaitedFor(wait).length === 0;
