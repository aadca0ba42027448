import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Envelope, Message, Payload } from '../../protocol/envelope';
import { type Wait, describeWait } from '../../protocol/node';
import type { Endpoint } from '../../transport/endpoint';

/** How long a test may wait for a message before it counts as hung. */
const patienceMs = 20_000;

/** An endpoint for tests: ranks are threads, each pair joined by a message channel. */
export class ThreadEndpoint implements Endpoint {
  private seen = 0;
  private next = 0;

  /** `ports` by peer (none at `rank`); `signals` by rank: grows with each message sent there. */
  constructor(
    readonly rank: number,
    readonly size: number,
    private readonly ports: readonly (MessagePort | undefined)[],
    private readonly signals: Int32Array,
  ) {}

  send(envelope: Envelope, { kind, parts }: Payload): void {
    const payload = { kind, parts: parts.map((part) => new Uint8Array(part)) };
    this.ports[envelope.destination]?.postMessage({ envelope, payload } satisfies Message);
    Atomics.add(this.signals, envelope.destination, 1);
    Atomics.notify(this.signals, envelope.destination);
  }

  poll(): Message | undefined {
    this.seen = Atomics.load(this.signals, this.rank);
    for (let tried = 0; tried < this.size; tried++) {
      const port = this.ports[this.next];
      const received = port && receiveMessageOnPort(port);
      if (received) return misaligned(received.message as Message);
      this.next = (this.next + 1) % this.size;
    }
    return undefined;
  }

  wait(wait: Wait): void {
    if (Atomics.wait(this.signals, this.rank, this.seen, patienceMs) === 'timed-out') {
      throw new Error(`rank ${this.rank} waits in vain in ${describeWait(wait)}`);
    }
  }

  async arrival(): Promise<void> {
    await Atomics.waitAsync(this.signals, this.rank, this.seen, patienceMs).value;
  }
}

/** Every other message with its parts at odd places of one buffer, as a transport may well deliver them. */
function misaligned(message: Message): Message {
  if (message.envelope.sequence % 2 === 0) return message;
  const parts = message.payload.parts.map((part) => {
    const around = new Uint8Array(part.byteLength + 9).fill(0xee);
    around.set(part, 3);
    return around.subarray(3, 3 + part.byteLength);
  });
  return { envelope: message.envelope, payload: { kind: message.payload.kind, parts } };
}
