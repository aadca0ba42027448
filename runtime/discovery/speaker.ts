import { randomBytes, type KeyObject } from 'node:crypto';
import { seal } from './datagram';
import { encodeMessage, type Message } from './message';
import type { Network } from './multicast';

type Unstamped<T> = T extends Message ? Omit<T, 'instance' | 'sequence' | 'sentAtMs'> : never;

/** Numbers, stamps and seals what one instance sends. */
export class Speaker {
  readonly instance = randomBytes(16).toString('hex');
  private sequence = 0;

  constructor(
    private readonly key: KeyObject,
    private readonly network: Network,
  ) {}

  say(message: Unstamped<Message>): void {
    this.sequence += 1;
    const stamp = { instance: this.instance, sequence: this.sequence, sentAtMs: Date.now() };
    this.network.send(seal(this.key, encodeMessage({ ...message, ...stamp })));
  }
}
