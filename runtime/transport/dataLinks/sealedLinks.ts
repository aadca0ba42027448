/** Sealed links (see transport/sealed/) as a main thread's data links have them: over two sockets of a poll set. */
import { SealedReader } from '../sealed/sealedReader';
import type { SealedSocket } from '../sealed/sealedSocket';
import { SealedWriter } from '../sealed/sealedWriter';
import type { Wire } from '../sealed/wire';
import { type NativeSockets, notNow } from './nativeSockets';
import type { Polled, PollSet } from './pollSet';

/** What both ends of a link have: a direct connection while it lasts. */
class SealedLink {
  constructor(
    private readonly native: NativeSockets,
    private readonly polls: PollSet,
    protected direct: Polled | undefined,
  ) {}

  /** Closes the direct connection. */
  close(): void {
    const { direct } = this;
    if (direct === undefined) return;
    this.direct = undefined;
    this.polls.remove(direct);
    endDirect(this.native, direct.file);
  }
}

/** A link to a node, whose messages go past the relays for as long as they can. */
export class SealedOutgoing extends SealedLink {
  private readonly writer: SealedWriter;

  constructor(
    native: NativeSockets,
    polls: PollSet,
    private readonly behind: Polled,
    sealed: SealedSocket,
  ) {
    super(native, polls, polls.add(sealed.file, false, true));
    const lost = () => this.close();
    this.writer = new SealedWriter(sealed, wireOf(native, sealed.file), wireOf(native, behind.file), lost);
  }

  /** As {@link SealedWriter.send}; the sockets are waited for as it needs them. */
  send(bytes: Uint8Array, count: number): number {
    const taken = this.writer.send(bytes, count);
    this.attend();
    return taken;
  }

  /** Does what the states of its sockets ask for; true if it has to be asked again. */
  look(): boolean {
    if (this.direct?.isOver === true) this.writer.loseDirect();
    if (this.writer.waitsForRoom) this.writer.flush();
    this.attend();
    return this.direct === undefined && this.writer.waitsForRoom;
  }

  /** True if the direct connection is over. */
  get hasNews(): boolean {
    return this.direct?.isOver === true;
  }

  private attend(): void {
    const { direct, behind, writer } = this;
    if (direct !== undefined) {
      direct.output = writer.waitsForRoom;
      direct.input = writer.waitsForWord;
    } else behind.output = writer.waitsForRoom;
  }
}

/** A link from a node, whose messages come past the relays for as long as they can. */
export class SealedIncoming extends SealedLink {
  private readonly reader: SealedReader;

  /** `first` has come on the link behind already. */
  constructor(
    native: NativeSockets,
    polls: PollSet,
    private readonly behind: Polled,
    sealed: SealedSocket,
    first: Buffer,
  ) {
    super(native, polls, polls.add(sealed.file, true));
    this.reader = new SealedReader(
      sealed,
      wireOf(native, sealed.file),
      withFirst(wireOf(native, behind.file), first),
      () => {
        const { hasInput } = behind;
        behind.hasInput = false;
        return hasInput;
      },
      () => this.close(),
    );
  }

  /** As {@link SealedReader.receive}. */
  receive(bytes: Uint8Array, count: number): number {
    return this.reader.receive(bytes, count);
  }

  /** Something may have come on either socket. */
  get hasInput(): boolean {
    return this.direct?.hasInput === true || this.behind.hasInput;
  }

  set hasInput(hasInput: boolean) {
    (this.direct ?? this.behind).hasInput = hasInput;
  }
}

/** Ends a direct connection, of which the relay has a descriptor too, so that the other side hears of it. */
export function endDirect(native: NativeSockets, file: number): void {
  native.shutdown(file);
  native.close(file);
}

function wireOf(native: NativeSockets, file: number): Wire {
  return {
    send: (bytes, count) => native.send(file, bytes, count),
    receive: (bytes, count) => native.receive(file, bytes, count),
  };
}

function withFirst(wire: Wire, first: Buffer): Wire {
  let rest = first;
  return {
    send: wire.send,
    receive(bytes, count) {
      if (rest.length === 0) return wire.receive(bytes, count);
      const taken = Math.min(count, rest.length);
      bytes.set(rest.subarray(0, taken));
      rest = rest.subarray(taken);
      return taken > 0 ? taken : notNow;
    },
  };
}
