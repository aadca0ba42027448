import type { MessagePort } from 'node:worker_threads';
import type { Health } from '../protocol/service';

/** Asks the main thread how its service is. One question at a time: who asks meanwhile gets the same answer. */
export class HealthQuestion {
  private open: { answer: Promise<Health>; resolve: (health: Health) => void } | undefined;

  constructor(private readonly port: MessagePort) {}

  /** Resolves once the main thread has time to answer. */
  ask(): Promise<Health> {
    if (!this.open) {
      let resolve: (health: Health) => void = () => undefined;
      const answer = new Promise<Health>((done) => (resolve = done));
      this.open = { answer, resolve };
      this.port.postMessage('health');
    }
    return this.open.answer;
  }

  /** The main thread's answer has come. */
  answered(health: Health): void {
    this.open?.resolve(health);
    this.open = undefined;
  }
}
