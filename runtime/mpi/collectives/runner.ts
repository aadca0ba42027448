/** One for each communicator: numbers its collective calls, and runs them to the end or in the background. */
import { copyValue, encode, keepPayload } from '../../core/codec';
import { ANY_SOURCE, ANY_TAG } from '../../protocol/envelope';
import type { CollectiveHistory } from '../../protocol/messages';
import type { Site } from '../operation';
import type { ProgressEngine } from '../progressEngine';
import { type CollectiveCost, CollectiveOperation } from './collectiveOperation';
import { CollectiveWait } from './collectiveWait';
import type { Plan } from './plan';
import type { Participant, ParticipantLibrary } from './schedule';
import {
  checkSignature,
  type Collective,
  type CollectiveSignature,
  describeCollective,
  encodeSignature,
} from './signature';

/** What the last collective call has cost this node: to see what an algorithm does. */
export interface CollectiveReport extends CollectiveCost {
  call: Collective;
  algorithm: string;
}

/** What a runner needs to know of its communicator. */
export interface CollectiveGroup {
  readonly rank: number;
  readonly size: number;
  readonly name: string;
  /** The window whose calls these are. */
  readonly window?: string;
}

/** What all nodes must agree about, beside the call and its algorithm. */
export type Agreed = Pick<CollectiveSignature, 'operation' | 'root'>;

/** The tag of a call is its number, which begins anew after so many. */
const tagPeriod = 2 ** 31 - 1;
/** So many calls back a message of another call can still be explained. */
const rememberedCalls = 64;

export class CollectiveRunner {
  /** Undefined before the first call. */
  last: CollectiveReport | undefined;
  private calls = 0;
  /** Numbers of the calls that go on in the background. */
  private readonly open = new Set<number>();
  /** Signatures of the latest calls, by number modulo their count. */
  private readonly signatures = new Array<number>(rememberedCalls).fill(0);
  /** By signature: where the program first made the call. */
  private readonly sites = new Map<number, Site>();
  private readonly participants = new Map<Collective, Participant>();

  /** `context` is that of the communicator's collectives. */
  constructor(
    private readonly engine: ProgressEngine,
    private readonly context: number,
    private readonly group: CollectiveGroup,
  ) {}

  /** Runs a call to its end. */
  run<T>(call: Collective, agreed: Agreed, plan: (participant: Participant) => Plan<T>): T {
    const ready = plan(this.participant(call));
    const operation = this.begin(call, false, agreed, ready);
    this.engine.complete(operation, operation.wait);
    this.engine.recorder?.end(ready.algorithm);
    this.checkLeftOver();
    return operation.result();
  }

  /** Starts a call that goes on in the background. */
  start<T>(
    call: Collective,
    agreed: Agreed,
    plan: (participant: Participant) => Plan<T>,
  ): CollectiveOperation<T> {
    this.checkLeftOver();
    const { recorder } = this.engine;
    const operation = this.begin(call, true, agreed, plan({ ...this.participant(call), library: undefined }));
    recorder?.posted(operation);
    recorder?.end();
    return operation;
  }

  /**
   * Throws LockstepError `collectiveMismatch` if a message is left of a call that is over: somebody else made another
   * one, such as a broadcast from another root.
   */
  private checkLeftOver(): void {
    const message = this.engine.matching.peek(this.context, ANY_SOURCE, ANY_TAG);
    if (!message) return;
    const { tag } = message.envelope;
    const isOver = tag < this.calls && tag >= this.calls - rememberedCalls && !this.open.has(tag);
    if (!isOver) return;
    const signature = this.signatures[tag % rememberedCalls] as number;
    checkSignature({ signature, communicator: this.group.name }, message.envelope);
  }

  private begin<T>(
    call: Collective,
    nonblocking: boolean,
    agreed: Agreed,
    plan: Plan<T>,
  ): CollectiveOperation<T> {
    const { name } = this.group;
    this.engine.watch?.collective({ call, nonblocking, communicator: name, ...agreed });
    const tag = this.calls++ % tagPeriod;
    const signature = encodeSignature({ call, nonblocking, algorithm: plan.algorithm, ...agreed });
    this.signatures[tag % rememberedCalls] = signature;
    this.noteSite(signature);
    const where = { context: this.context, tag, signature, communicator: name };
    const form = nonblocking ? `i${call}` : call;
    const wait = new CollectiveWait(form, name, this.group.window, this.calls, signature);
    const kind = nonblocking ? 'standard' : 'eager';
    const operation: CollectiveOperation<T> = new CollectiveOperation(this.engine, plan, where, kind, wait);
    wait.begin(operation);
    if (nonblocking) this.open.add(tag);
    this.engine.recorder?.begin(wait);
    operation.onDone = () => {
      if (nonblocking) this.open.delete(tag);
      this.engine.recorder?.finished(operation, undefined, plan.algorithm);
      this.last = { call, algorithm: plan.algorithm, ...operation.cost };
    };
    return operation.start();
  }

  /** The latest calls, for a comparison with those of other nodes. */
  history(): CollectiveHistory {
    const first = Math.max(0, this.calls - rememberedCalls);
    const signatures = Array.from(
      { length: this.calls - first },
      (_, i) => this.signatures[((first + i) % tagPeriod) % rememberedCalls] as number,
    );
    const different = [...new Set(signatures)];
    return {
      calls: this.calls,
      kinds: different.map((each) => ({ call: describeCollective(each), at: this.sites.get(each)?.() })),
      latest: signatures.map((each) => different.indexOf(each)),
    };
  }

  private noteSite(signature: number): void {
    const { capture } = this.engine;
    if (!capture || this.sites.has(signature) || this.sites.size >= rememberedCalls) return;
    this.sites.set(signature, capture());
  }

  private library(): ParticipantLibrary | undefined {
    const { engine, context, group } = this;
    const { library } = engine.endpoint;
    if (!library) return undefined;
    const members = Array.from({ length: group.size }, (_, rank) => engine.groups.worldRank(context, rank));
    const own = { context, members };
    return {
      combines: (elements, operation) => library.combines(elements, operation),
      allreduce: (data, operation) => library.allreduce(own, data, operation),
      reduce: (data, operation, root) => library.reduce(own, data, operation, root),
      bcast: (bytes, root) => library.bcast(own, bytes, root),
    };
  }

  private participant(call: Collective): Participant {
    let participant = this.participants.get(call);
    if (!participant) {
      const { rank, size } = this.group;
      participant = {
        rank,
        size,
        name: call,
        encode: (value) => keepPayload(encode(value, call)),
        copy: (value) => copyValue(value, call),
        library: this.library(),
      };
      this.participants.set(call, participant);
    }
    return participant;
  }
}
