/** One output channel a rank, made when the node first speaks. */
import * as vscode from '../vscode';
import { fileName } from '../debug/completeConfiguration';
import type { JobModel } from './jobModel';
import { OutputQueue } from './outputQueue';

const flushIntervalMs = 50;

/** Writes what nodes print to their channels, at most every 50 ms. */
export class NodeOutputs implements vscode.Disposable {
  private readonly channels = new Map<number, vscode.OutputChannel>();
  private readonly queue: OutputQueue;
  private readonly subscription: vscode.Disposable;
  private timer: NodeJS.Timeout | undefined;

  constructor(model: JobModel) {
    this.queue = new OutputQueue((job) => {
      const program = model.get(job)?.job.program;
      return program ? `${job} · ${fileName(program)}` : job;
    });
    this.subscription = model.onEvent((event) => {
      if (event.type !== 'output') return;
      this.queue.add(event);
      this.timer ??= setTimeout(() => this.flush(), flushIntervalMs);
    });
  }

  /** Shows the channel of a rank, empty where the node has not printed yet. */
  show(rank: number): void {
    this.flush();
    this.channel(rank).show(true);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.subscription.dispose();
    for (const channel of this.channels.values()) channel.dispose();
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const { rank, text } of this.queue.take()) this.channel(rank).append(text);
  }

  private channel(rank: number): vscode.OutputChannel {
    let channel = this.channels.get(rank);
    if (!channel) {
      channel = vscode.window.createOutputChannel(`Lockstep Node ${rank}`);
      this.channels.set(rank, channel);
    }
    return channel;
  }
}
