/**
 * When a node may access the parts of a window, and which calls may follow which (MPI standard 4.0, section 12.5). An
 * access epoch is opened by `fence` at all nodes, by `lock` of one part or `lockAll`, or by `start` for the parts of those
 * that `post`. Pure: it looks at this node's calls alone.
 */
import { LockstepError } from '../../protocol/errors';

/** How a part is locked: by many at a time, or by one alone. */
export type LockKind = 'shared' | 'exclusive';

/** By what a part may be accessed. */
export type Epoch = 'fence' | 'lock' | 'start';

export class Epochs {
  /** A fence has been called, and no call has ended its epoch. */
  private fenced = false;
  /** Elements of others were accessed since the last fence. */
  private accessed = false;
  private readonly locks = new Map<number, LockKind>();
  private all = false;
  private started: ReadonlySet<number> | undefined;
  private posted: readonly number[] | undefined;

  /** `window` is its name, `rank` that of this node. */
  constructor(
    private readonly window: string,
    private readonly rank: number,
  ) {}

  /** By what a part may be accessed now. Throws LockstepError(badEpoch), which names the elements, if it may not. */
  access(call: string, target: number, elements: string): Epoch {
    if (this.locks.has(target) || this.all) return 'lock';
    if (this.started?.has(target)) return 'start';
    if (this.fenced) {
      this.accessed = true;
      return 'fence';
    }
    const open = this.describe();
    const problem = `rank ${this.rank} accesses ${elements} of ${this.window} at rank ${target} outside an epoch${open && `, as ${open}`}`;
    const help = `First call lock(${target}) or lockAll(), or fence() at all nodes, or start([${target}]) where rank ${target} calls post([${this.rank}])`;
    throw this.bad(call, `${problem}. ${help}`);
  }

  /** A fence ends the epoch before and begins the next. */
  fence(): void {
    const open = this.locked() ?? this.exposed();
    if (open) throw this.bad('fence', `it ends no other epoch, and ${open}`);
    this.fenced = true;
    this.accessed = false;
  }

  /** A part is about to be locked. */
  lock(target: number, kind: LockKind): void {
    const held = this.all ? 'by lockAll' : this.locks.get(target) && `(${this.locks.get(target)})`;
    if (held)
      throw this.bad('lock', `rank ${this.rank} has locked ${this.window} at rank ${target} already ${held}`);
    this.leaveFence('lock');
    this.locks.set(target, kind);
  }

  /** A part is about to be unlocked. */
  unlock(target: number): void {
    if (this.all) throw this.bad('unlock', 'lockAll has locked all parts; unlockAll unlocks them');
    if (this.locks.delete(target)) return;
    throw this.bad(
      'unlock',
      `rank ${this.rank} has not locked ${this.window} at rank ${target}. Call lock(${target}) first`,
    );
  }

  /** All parts are about to be locked. */
  lockAll(): void {
    const open = this.locked();
    if (open) throw this.bad('lockAll', `it locks all parts, and ${open}`);
    this.leaveFence('lockAll');
    this.all = true;
  }

  /** All parts are about to be unlocked. */
  unlockAll(): void {
    if (!this.all) throw this.bad('unlockAll', 'no lockAll came before');
    this.all = false;
  }

  /** The ranks of the locked parts that a flush is for. Throws LockstepError(badEpoch) if there are none. */
  flush(target: number | undefined, size: number): number[] {
    const locked = this.all ? Array.from({ length: size }, (_, rank) => rank) : [...this.locks.keys()];
    const flushed = target === undefined ? locked : locked.filter((rank) => rank === target);
    if (flushed.length > 0) return flushed;
    const what = target === undefined ? 'any rank' : `rank ${target}`;
    throw this.bad(
      'flush',
      `it completes what was begun under a lock, and rank ${this.rank} has not locked ${this.window} at ${what}`,
    );
  }

  /** Parts are about to be accessed that others post. */
  start(targets: readonly number[]): void {
    if (this.started) throw this.bad('start', `${this.startedWords()}. Call complete() first`);
    this.leaveFence('start');
    this.started = new Set(targets);
  }

  /** Ends what `start` began; answers the ranks that it named. */
  complete(): number[] {
    if (!this.started) throw this.bad('complete', 'no start came before');
    const targets = [...this.started];
    this.started = undefined;
    return targets;
  }

  /** This node's part is about to be accessed by some ranks. */
  post(origins: readonly number[]): void {
    if (this.posted) throw this.bad('post', `${this.postedWords()}. Call wait() first`);
    this.leaveFence('post');
    this.posted = origins;
  }

  /** The ranks that `post` named. */
  exposedTo(call: string): readonly number[] {
    if (!this.posted) throw this.bad(call, 'no post came before');
    return this.posted;
  }

  /** What `post` began has ended. */
  withdraw(): void {
    this.posted = undefined;
  }

  /** Throws LockstepError(badEpoch) if something is open that the end of the window would cut off. */
  free(): void {
    const open =
      this.locked() ??
      this.exposed() ??
      (this.accessed ? 'what was accessed since the last fence needs another fence()' : undefined);
    if (open) throw this.bad('free', `an epoch is open: ${open}`);
  }

  /** A fence's epoch ends without another fence if nothing was accessed in it. */
  private leaveFence(call: string): void {
    if (this.accessed)
      throw this.bad(call, `elements were accessed since the last fence. Call fence() at all nodes first`);
    this.fenced = false;
  }

  private locked(): string | undefined {
    if (this.all) return 'lockAll was not followed by unlockAll';
    const [target] = this.locks.keys();
    return target === undefined ? undefined : `rank ${target} is locked; call unlock(${target})`;
  }

  private exposed(): string | undefined {
    if (this.started) return this.startedWords();
    return this.posted && this.postedWords();
  }

  private startedWords(): string {
    return `start([${[...(this.started ?? [])].join(', ')}]) was not followed by complete()`;
  }

  private postedWords(): string {
    return `post([${this.posted?.join(', ')}]) was not followed by wait()`;
  }

  /** What is open, though not for the part in question. */
  private describe(): string {
    if (this.locks.size > 0) return `only rank ${[...this.locks.keys()].join(' and rank ')} is locked`;
    return this.started ? `start named only rank ${[...this.started].join(', ')}` : '';
  }

  private bad(operation: string, problem: string): LockstepError {
    return new LockstepError('badEpoch', { operation, window: this.window, problem });
  }
}
