import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Envelope, Message, Payload } from '../../protocol/envelope';
import { type Wait, describeWait } from '../../protocol/node';
import type { Endpoint, MemorySharing, MemorySignals } from '../../transport/endpoint';

interface MadeMemory {
  path: string;
  memory: SharedArrayBuffer;
}

/** How long a test may wait for a message before it counts as hung. */
const patienceMs = 20_000;

/** An endpoint for tests: ranks are threads, each pair joined by a message channel. */
export class ThreadEndpoint implements Endpoint {
  private seen = 0;
  private next = 0;
  readonly sharing?: MemorySharing;
  readonly signals?: MemorySignals;
  /** A program sets it, as the faults of a real node do. */
  isDisturbed = false;
  /** By path: memory that the ranks have made. */
  private readonly memories = new Map<string, SharedArrayBuffer>();
  /** Messages that came while memory was looked for. */
  private readonly early: Message[] = [];

  /** `ports` by peer (none at `rank`); `bells` by rank: grows with each message sent there. */
  constructor(
    readonly rank: number,
    readonly size: number,
    private readonly ports: readonly (MessagePort | undefined)[],
    private readonly bells: Int32Array,
    sharesMemory: boolean,
  ) {
    if (sharesMemory) {
      this.sharing = {
        reaches: () => true,
        make: (bytes) => this.makeMemory(bytes),
        map: (path) => this.findMemory(path),
        release: () => undefined,
      };
      this.signals = {
        tell: (to) => this.signal(to),
        found: () => undefined,
        waitFor: (ready, wait) => {
          if (!ready()) this.wait(wait);
        },
      };
    }
  }

  send(envelope: Envelope, { kind, parts }: Payload): void {
    const payload = { kind, parts: parts.map((part) => new Uint8Array(part)) };
    this.ports[envelope.destination]?.postMessage({ envelope, payload } satisfies Message);
    this.signal(envelope.destination);
  }

  private signal(rank: number): void {
    Atomics.add(this.bells, rank, 1);
    Atomics.notify(this.bells, rank);
  }

  poll(): Message | undefined {
    this.seen = Atomics.load(this.bells, this.rank);
    if (this.early.length > 0) return this.early.shift();
    for (let tried = 0; tried < this.size; tried++) {
      const port = this.ports[this.next];
      const message = port && this.receive(port);
      if (message) return message;
      this.next = (this.next + 1) % this.size;
    }
    return undefined;
  }

  /** The next message of a port; memory that comes before it is put aside. */
  private receive(port: MessagePort): Message | undefined {
    for (;;) {
      const received = receiveMessageOnPort(port)?.message as Message | MadeMemory | undefined;
      if (!received || 'envelope' in received) return received && misaligned(received);
      this.memories.set(received.path, received.memory);
    }
  }

  private makeMemory(bytes: number): ReturnType<MemorySharing['make']> {
    const made: MadeMemory = {
      path: `${this.rank} ${this.memories.size}`,
      memory: new SharedArrayBuffer(bytes),
    };
    this.memories.set(made.path, made.memory);
    for (const port of this.ports) port?.postMessage(made);
    return { ...made, withdraw: () => undefined };
  }

  /** What a rank has made, which told of it afterwards: it is here. */
  private findMemory(path: string): SharedArrayBuffer {
    const port = this.ports[Number.parseInt(path, 10)];
    for (let message = port && this.receive(port); message; message = port && this.receive(port)) {
      this.early.push(message);
    }
    const memory = this.memories.get(path);
    if (!memory) throw new Error(`there is no memory ${path}`);
    return memory;
  }

  wait(wait: Wait): void {
    if (this.early.length > 0) return;
    if (Atomics.wait(this.bells, this.rank, this.seen, patienceMs) === 'timed-out') {
      wait.update?.();
      throw new Error(`rank ${this.rank} waits in vain in ${describeWait(wait)}`);
    }
  }

  async arrival(): Promise<void> {
    await Atomics.waitAsync(this.bells, this.rank, this.seen, patienceMs).value;
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
