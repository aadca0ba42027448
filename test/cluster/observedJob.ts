/** A job as its events tell of it. */
import assert from 'node:assert/strict';
import type { Client } from '../../runtime/client';
import type { ClusterEvent, OutputStream } from '../../runtime/protocol/events';
import type { JobInfo } from '../../runtime/protocol/job';
import type { TaskBoard } from '../../runtime/protocol/tasks';
import { describeState, type NodeInfo, type NodeState } from '../../runtime/protocol/node';

const patienceMs = 20_000;

/** All events of a client, from the moment it was made, and waits for those to come. */
export class Recording {
  readonly events: { event: ClusterEvent; atMs: number }[] = [];
  private readonly waiting = new Set<() => void>();

  constructor(client: Client) {
    client.onEvent((event) => {
      this.events.push({ event, atMs: Date.now() });
      for (const wake of [...this.waiting]) wake();
    });
    client.onClosed(() => {
      for (const wake of [...this.waiting]) wake();
    });
  }

  /** Waits for what `find` finds in all that has come so far; looks again with each event. */
  async until<T>(what: string, find: () => T | undefined, withinMs = patienceMs): Promise<T> {
    const start = Date.now();
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      const leftMs = start + withinMs - Date.now();
      assert.ok(leftMs > 0, `waited ${withinMs} ms for ${what}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(wake, Math.min(leftMs, 200));
        const waiting = this.waiting;
        function wake() {
          clearTimeout(timer);
          waiting.delete(wake);
          resolve();
        }
        waiting.add(wake);
      });
    }
  }
}

export class ObservedJob {
  constructor(
    private readonly client: Client,
    private readonly recording: Recording,
    readonly id: string,
    readonly size: number,
  ) {}

  /** Resolves when the job has ended. */
  ended(): Promise<JobInfo> {
    return this.client.request('waitJob', { job: this.id });
  }

  stop(): Promise<JobInfo> {
    return this.client.request('stopJob', { job: this.id });
  }

  /** The lines that came so far, of one node or of all, of one stream or of all. */
  lines(rank?: number, stream?: OutputStream): string[] {
    return this.recording.events.flatMap(({ event }) =>
      event.type === 'output' &&
      event.job === this.id &&
      (rank === undefined || event.rank === rank) &&
      (stream === undefined || event.stream === stream)
        ? event.text.split('\n')
        : [],
    );
  }

  /** Waits for a line that contains a text. */
  line(text: string, rank?: number): Promise<string> {
    const find = () => this.lines(rank).find((line) => line.includes(text));
    return this.recording.until(`a line with "${text}"`, find);
  }

  /** The states that a node went through, with the times of the changes. */
  history(rank: number): { node: NodeInfo; atMs: number }[] {
    return this.recording.events.flatMap(({ event, atMs }) =>
      event.type === 'nodeChanged' && event.node.job === this.id && event.node.rank === rank
        ? [{ node: event.node, atMs }]
        : [],
    );
  }

  node(rank: number): NodeInfo | undefined {
    return this.history(rank).at(-1)?.node;
  }

  /** Waits until a node is in a state now; answers when it came into it. */
  async state(rank: number, state: NodeState, withinMs?: number): Promise<{ node: NodeInfo; atMs: number }> {
    const find = () => {
      const last = this.history(rank).at(-1);
      return last?.node.state === state ? last : undefined;
    };
    return this.recording.until(`node ${rank} to be ${state}`, find, withinMs).catch((error: Error) => {
      const node = this.node(rank);
      throw new Error(`${error.message}; it is ${node ? describeState(node) : 'unknown'}`, { cause: error });
    });
  }

  /** How its tasks stood, each time that it was told. */
  boards(): { board: TaskBoard; atMs: number }[] {
    return this.recording.events.flatMap(({ event, atMs }) =>
      event.type === 'tasksChanged' && event.job === this.id ? [{ board: event.board, atMs }] : [],
    );
  }

  /** Waits until its tasks stand so. */
  board(what: string, holds: (board: TaskBoard) => boolean): Promise<TaskBoard> {
    return this.recording.until(what, () => {
      const board = this.boards().at(-1)?.board;
      return board && holds(board) ? board : undefined;
    });
  }

  /** The process ids of all nodes, once they have them. */
  pids(): Promise<number[]> {
    return this.recording.until('the process ids', () => {
      const pids = Array.from({ length: this.size }, (_, rank) => this.node(rank)?.pid ?? 0);
      return pids.every((pid) => pid > 0) ? pids : undefined;
    });
  }
}
