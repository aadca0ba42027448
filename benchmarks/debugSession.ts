/** A debug session of Lockstep on many nodes, driven through the adapter as an editor drives it. */
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { CustomRequests } from '../debug-adapter';
import { DapClient } from './dapClient';

/** What takes longer than this does not come any more. */
const patienceMs = 30_000;

export class DebugSession {
  private constructor(
    private readonly client: DapClient,
    /** Thread ids, by rank. */
    readonly threads: number[],
  ) {}

  /** Launches a program and waits until all its nodes are threads. */
  static async launch(program: string, nodes: number): Promise<DebugSession> {
    const client = new DapClient([process.execPath, join(__dirname, 'cli.js'), 'dap']);
    await client.request('initialize', { adapterID: 'lockstep', linesStartAt1: true, columnsStartAt1: true });
    const initialized = client.until((event) => event.event === 'initialized');
    const launched = client.request('launch', { program, nodes });
    await initialized;
    await client.request('configurationDone');
    await launched;
    const startMs = performance.now();
    for (;;) {
      const { threads } = await client.request<DebugProtocol.ThreadsResponse['body']>('threads');
      if (threads.length === nodes) {
        return new DebugSession(
          client,
          threads.map(({ id }) => id).sort((a, b) => a - b),
        );
      }
      if (performance.now() - startMs > patienceMs)
        throw new Error(`There are ${threads.length} of ${nodes} threads.`);
    }
  }

  /** Pauses every node; resolves once all stand and the stack of each is here. */
  async pauseAll(): Promise<void> {
    const running = new Set(this.threads);
    const stopped = this.client.until((event) => {
      if (event.event !== 'stopped') return false;
      const { threadId, allThreadsStopped } = (event as DebugProtocol.StoppedEvent).body;
      if (allThreadsStopped) running.clear();
      else if (threadId !== undefined) running.delete(threadId);
      return running.size === 0;
    });
    await this.custom('lockstep/pauseAll', {});
    await inTime(stopped, () => `After a pause of all, the threads ${[...running].join(', ')} did not stop.`);
    await Promise.all(this.threads.map((threadId) => this.checkStack(threadId)));
  }

  /** Lets every node go on. */
  async continueAll(): Promise<void> {
    await this.custom('lockstep/continueAll', {});
  }

  /** Steps one node over a line; resolves once it stands again and its stack is here. */
  async step(threadId: number): Promise<void> {
    const stopped = this.client.until(
      (event) =>
        event.event === 'stopped' && (event as DebugProtocol.StoppedEvent).body.threadId === threadId,
    );
    await this.custom('lockstep/step', { threadId, kind: 'next', scope: 'node' });
    await inTime(stopped, () => `After a step, thread ${threadId} did not stop.`);
    await this.checkStack(threadId);
  }

  /** Ends the session and its job. */
  stop(): Promise<void> {
    return this.client.stop();
  }

  private custom<Name extends keyof CustomRequests>(
    name: Name,
    args: CustomRequests[Name]['arguments'],
  ): Promise<CustomRequests[Name]['body']> {
    return this.client.request(name, args);
  }

  private async checkStack(threadId: number): Promise<void> {
    const body = await this.client.request<DebugProtocol.StackTraceResponse['body']>('stackTrace', {
      threadId,
      startFrame: 0,
      levels: 20,
    });
    // A node that waits for an event has no frame of the program; a label says so.
    const usable = body.stackFrames.some(
      ({ source, presentationHint }) => source?.path !== undefined || presentationHint === 'label',
    );
    if (!usable) throw new Error(`Thread ${threadId} stopped without a usable stack.`);
  }
}

async function inTime(promise: Promise<void>, problem: () => string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(problem())), patienceMs);
  });
  try {
    await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
