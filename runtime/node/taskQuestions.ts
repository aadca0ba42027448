import type { MessagePort } from 'node:worker_threads';
import { LockstepError, type WireError } from '../protocol/errors';
import type { TaskQuestion } from '../protocol/tasks';

/** A question on its way to the main thread. */
export interface AskedTasks {
  id: number;
  question: TaskQuestion;
}

/** Its answer, or why there is none; before either, that the main thread has come to the question. */
export interface TasksAnswer {
  id: number;
  begun?: true;
  answer?: unknown;
  error?: WireError;
}

/** A main thread that has something else to do is waited for as long as this until it comes to a question. */
const patienceMs = 2000;
/** With so many questions open no further one is put to it. */
const mostOpen = 16;

/** Asks the main thread about the tasks of its program: it answers when its event loop comes round. */
export class TaskQuestions {
  private readonly open = new Map<number, (answer: TasksAnswer) => void>();
  private last = 0;

  constructor(
    private readonly port: MessagePort,
    /** It stands in the debugger. */
    private readonly isPaused: () => boolean,
  ) {}

  /** Resolves with the answer; rejects with LockstepError `driverSilent`, or what the driver rejects with. */
  ask(question: TaskQuestion): Promise<unknown> {
    if (this.isPaused()) return Promise.reject(silent('it stands in the debugger'));
    if (this.open.size >= mostOpen) return Promise.reject(silent('it computes, or waits in a call'));
    const id = (this.last += 1);
    this.port.postMessage({ id, question } satisfies AskedTasks);
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(silent('it computes, or waits in a call')), patienceMs);
      // It stays open until the main thread has answered it; to cancel very many tasks takes a while.
      this.open.set(id, ({ begun, answer, error }) => {
        clearTimeout(late);
        if (begun) return;
        if (error) reject(LockstepError.fromWire(error));
        else resolve(answer);
      });
    });
  }

  /** The main thread's answer has come. */
  answered(answer: TasksAnswer): void {
    this.open.get(answer.id)?.(answer);
    if (!answer.begun) this.open.delete(answer.id);
  }
}

const silent = (reason: string): LockstepError => new LockstepError('driverSilent', { reason });
