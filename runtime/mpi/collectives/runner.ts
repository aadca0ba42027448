/** One for each communicator: numbers its collective calls, and runs them to the end or in the background. */
import { copyValue, encode, keepPayload } from '../../core/codec';
import { ANY_SOURCE, ANY_TAG } from '../../protocol/envelope';
import type { CollectiveHistory } from '../../protocol/messages';
import type { Site } from '../operation';
import type { ProgressEngine } from '../progressEngine';
import { type CollectiveContext, type CollectiveCost, CollectiveOperation } from './collectiveOperation';
import { CollectiveWait } from './collectiveWait';
import type { Plan } from './plan';
import type { Participant, ParticipantLibrary } from './schedule';
import { MeetingPlace } from './sharedMemory/meetingPlace';
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

/** What is kept of a call that the program makes again and again. */
interface MadeCall {
  call: Collective;
  participant: Participant;
  /** Of its blocking form: only one is made at a time. */
  wait: CollectiveWait;
  /** What it was last, and that in 32 bits. */
  latest: CollectiveSignature;
  signature: number;
}

/** The tag of a call is its number, which begins anew after so many. */
const tagPeriod = 2 ** 31 - 1;
/** So many calls back a message of another call can still be explained. */
const rememberedCalls = 64;

export class CollectiveRunner {
  /** The last call, its algorithm, and what it has cost. */
  private lastCall: Collective | undefined;
  private lastAlgorithm = '';
  private lastCost: CollectiveCost | undefined;
  private calls = 0;
  /** Numbers of the calls that go on in the background. */
  private readonly open = new Set<number>();
  /** Signatures of the latest calls, by number modulo their count. */
  private readonly signatures = new Array<number>(rememberedCalls).fill(0);
  /** By signature: where the program first made the call. */
  private readonly sites = new Map<number, Site>();
  private readonly made = new Map<Collective, MadeCall>();
  private readonly memory: MeetingPlace;

  /** `context` is that of the communicator's collectives. */
  constructor(
    private readonly engine: ProgressEngine,
    private readonly context: number,
    private readonly group: CollectiveGroup,
  ) {
    this.memory = new MeetingPlace(engine, group.rank, this.members);
  }

  /** What the last call was; undefined before the first. */
  get last(): CollectiveReport | undefined {
    const { lastCall: call, lastAlgorithm: algorithm, lastCost } = this;
    return call && lastCost && { call, algorithm, ...lastCost };
  }

  /** Runs a call to its end. */
  run<T>(call: Collective, agreed: Agreed, plan: (participant: Participant) => Plan<T>): T {
    const made = this.callOf(call);
    const ready = plan(made.participant);
    const { engine, memory } = this;
    const where = this.number(made, false, agreed, ready.algorithm);
    const { wait } = made;
    wait.renew(this.calls, where.signature);
    memory.enter(where, wait);
    engine.recorder?.begin(wait);
    engine.recorder?.pause(); // it may copy and combine much before it waits
    const first = ready.schedule.next();
    let value: T;
    let { cost } = memory;
    if (first.done) value = first.value;
    else {
      const operation = new CollectiveOperation(engine, ready, where, 'eager', wait);
      engine.complete(operation.start(first.value), wait);
      value = operation.result();
      ({ cost } = operation);
    }
    engine.recorder?.end(ready.algorithm);
    this.note(call, ready.algorithm, cost);
    this.checkLeftOver();
    return value;
  }

  /** Starts a call that goes on in the background. */
  start<T>(
    call: Collective,
    agreed: Agreed,
    plan: (participant: Participant) => Plan<T>,
  ): CollectiveOperation<T> {
    this.checkLeftOver();
    const { engine, group } = this;
    const made = this.callOf(call);
    const ready = plan({ ...made.participant, library: undefined, memory: undefined });
    const where = this.number(made, true, agreed, ready.algorithm);
    const wait = new CollectiveWait(`i${call}`, group.name, group.window);
    wait.renew(this.calls, where.signature);
    const operation = new CollectiveOperation(engine, ready, where, 'standard', wait);
    this.open.add(where.tag);
    engine.recorder?.begin(wait);
    engine.recorder?.pause();
    operation.onDone = () => {
      this.open.delete(where.tag);
      engine.recorder?.finished(operation, undefined, ready.algorithm);
      this.note(call, ready.algorithm, operation.cost);
    };
    operation.start();
    engine.recorder?.posted(operation);
    engine.recorder?.end();
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

  /** Gives the call that begins its number, and says what it is. */
  private number(made: MadeCall, nonblocking: boolean, agreed: Agreed, algorithm: string): CollectiveContext {
    const { call } = made;
    const { name } = this.group;
    this.engine.watch?.collective({ call, nonblocking, communicator: name, ...agreed });
    const tag = this.calls++ % tagPeriod;
    const { operation, root } = agreed;
    const { latest } = made;
    const isLatest =
      latest.algorithm === algorithm &&
      latest.operation === operation &&
      latest.root === root &&
      latest.nonblocking === nonblocking;
    if (!isLatest) {
      made.latest = { call, nonblocking, algorithm, operation, root };
      made.signature = encodeSignature(made.latest);
      this.noteSite(made.signature);
    }
    const { signature } = made;
    this.signatures[tag % rememberedCalls] = signature;
    return { context: this.context, tag, signature, communicator: name };
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

  private note(call: Collective, algorithm: string, cost: CollectiveCost): void {
    this.lastCall = call;
    this.lastAlgorithm = algorithm;
    this.lastCost = cost;
  }

  /** The nodes as ranks of world. */
  private get members(): number[] {
    const { engine, context, group } = this;
    return Array.from({ length: group.size }, (_, rank) => engine.groups.worldRank(context, rank));
  }

  private library(): ParticipantLibrary | undefined {
    const { library } = this.engine.endpoint;
    if (!library) return undefined;
    const own = { context: this.context, members: this.members };
    return {
      combines: (elements, operation) => library.combines(elements, operation),
      allreduce: (data, operation) => library.allreduce(own, data, operation),
      reduce: (data, operation, root) => library.reduce(own, data, operation, root),
      bcast: (bytes, root) => library.bcast(own, bytes, root),
    };
  }

  private callOf(call: Collective): MadeCall {
    return this.made.get(call) ?? this.firstOf(call);
  }

  private firstOf(call: Collective): MadeCall {
    const { rank, size, name, window } = this.group;
    const participant: Participant = {
      rank,
      size,
      name: call,
      encode: (value) => keepPayload(encode(value, call)),
      copy: (value) => copyValue(value, call),
      library: this.library(),
      memory: this.memory,
    };
    const wait = new CollectiveWait(call, name, window);
    const latest: CollectiveSignature = { call, nonblocking: false, algorithm: '?' };
    const made: MadeCall = { call, participant, wait, latest, signature: 0 };
    this.made.set(call, made);
    return made;
  }
}
