/**
 * A rolling update as a state machine `(state, event) -> (state, actions)`: no clock, no process, no socket.
 *
 *   steady --deploy--> updating --all ranks are of the new version and healthy--> steady (new)
 *                      updating --a new replica failed--> rollingBack --all ranks are of the old version--> steady (old)
 *   any --undeploy--> ending --the last replica has ended--> gone
 *
 * One rank at a time. A rank is in service while one of its replicas is healthy. An old replica is stopped before its
 * successor starts where enough others remain in service (minimum < size); otherwise its successor starts beside it,
 * and the old one is stopped once the new one is healthy. So no order of events makes a step itself take the service
 * below the minimum; only replicas that die by themselves do. (As Kubernetes' Deployment with maxUnavailable =
 * size - minimum, and maxSurge = 1 where that is 0.) A first deployment starts all ranks at once.
 *
 * Failure assumptions: a replica that was told to stop ends, killed if need be. Cost: one extra replica at a time.
 */

/** What is to run: `size` replicas, of which `minimum` stay in service while they are replaced. */
export interface Version {
  hash: string;
  size: number;
  minimum: number;
}

/** `waiting`: it ended by itself and is started again after a pause. */
export type ReplicaPhase = 'starting' | 'healthy' | 'unhealthy' | 'stopping' | 'waiting';

export interface Replica {
  /** Names one process; a replica that is started again gets another one. */
  id: number;
  rank: number;
  version: string;
  phase: ReplicaPhase;
  /** How often it was started again. */
  restarts: number;
  /** Starts in a row that did not last. */
  attempts: number;
  /** It had its chance since it was last healthy. */
  tried: boolean;
  /** It is stopped in order to be started again. */
  again: boolean;
  healthySinceMs?: number;
  /** Why it is not healthy, or was not the last time. */
  reason?: string;
}

/** The replica for whose sake an update was given up. */
export interface RolloutFailure {
  id: number;
  rank: number;
  version: string;
  reason: string;
}

export interface RolloutState {
  phase: 'steady' | 'updating' | 'rollingBack' | 'ending' | 'gone';
  /** What runs, or ran before the update. */
  current?: Version;
  /** What the update leads to. */
  next?: Version;
  replicas: Replica[];
  lastId: number;
  failure?: RolloutFailure;
}

export type RolloutEvent =
  | { type: 'deploy'; version: Version }
  | { type: 'undeploy' }
  /** Several checks in a row went well. */
  | { type: 'healthy'; id: number; atMs: number }
  /** It was healthy; several checks in a row went wrong. */
  | { type: 'unhealthy'; id: number; reason: string }
  /** It did not become healthy in time. */
  | { type: 'overdue'; id: number; reason: string }
  /** Its process is gone. */
  | { type: 'ended'; id: number; reason: string; atMs: number }
  /** Its pause is over. */
  | { type: 'retry'; id: number };

export type RolloutAction =
  | { type: 'start'; id: number; rank: number; version: string }
  | { type: 'stop'; id: number }
  | { type: 'retry'; id: number; afterMs: number }
  | { type: 'finished'; outcome: 'updated' | 'rolledBack' | 'ended' };

export const nothingDeployed: RolloutState = { phase: 'steady', replicas: [], lastId: 0 };

/** Whoever was healthy for this long has a first attempt again. */
const settledMs = 30_000;
const firstPauseMs = 500;
const longestPauseMs = 30_000;

/** The pause before a replica is started again: twice as long each time, up to half a minute. */
export function pauseMs(attempts: number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** Math.max(0, attempts - 1));
}

/** How many ranks have a healthy replica. */
export function inService({ replicas }: RolloutState): number {
  return new Set(replicas.filter(({ phase }) => phase === 'healthy').map(({ rank }) => rank)).size;
}

/** Takes one event. The given state is left as it is. */
export function step(
  before: RolloutState,
  event: RolloutEvent,
): { state: RolloutState; actions: RolloutAction[] } {
  const state = { ...before, replicas: before.replicas.map((replica) => ({ ...replica })) };
  const rollout = new Rollout(state);
  rollout.take(event);
  rollout.advance();
  return { state, actions: rollout.actions };
}

class Rollout {
  readonly actions: RolloutAction[] = [];

  constructor(private readonly state: RolloutState) {}

  take(event: RolloutEvent): void {
    const { state } = this;
    if (event.type === 'deploy') {
      if (state.phase !== 'steady') return;
      state.failure = undefined;
      // The program is as it was: only what is kept in service may be another number.
      if (event.version.hash === state.current?.hash) this.finish('steady', event.version, 'updated');
      else Object.assign(state, { phase: 'updating', next: event.version });
      return;
    }
    if (event.type === 'undeploy') {
      if (state.phase !== 'gone') state.phase = 'ending';
      return;
    }
    const replica = state.replicas.find(({ id }) => id === event.id);
    if (!replica) return; // of a process before
    if (event.type === 'retry') this.startAgain(replica);
    else if (event.type === 'healthy') this.healthy(replica, event.atMs);
    else if (event.type === 'ended') this.ended(replica, event.reason, event.atMs);
    else this.notHealthy(replica, event);
  }

  private startAgain(replica: Replica): void {
    if (replica.phase !== 'waiting') return;
    replica.id = this.state.lastId += 1;
    replica.phase = 'starting';
    replica.healthySinceMs = undefined;
    this.actions.push({ type: 'start', id: replica.id, rank: replica.rank, version: replica.version });
  }

  private healthy(replica: Replica, atMs: number): void {
    if (replica.phase !== 'starting' && replica.phase !== 'unhealthy') return;
    Object.assign(replica, { phase: 'healthy', tried: false, reason: undefined, healthySinceMs: atMs });
  }

  private notHealthy(replica: Replica, { type, reason }: { type: 'unhealthy' | 'overdue'; reason: string }) {
    if (
      type === 'unhealthy' ? replica.phase !== 'healthy' : !['starting', 'unhealthy'].includes(replica.phase)
    )
      return;
    replica.reason = reason;
    replica.tried = true;
    if (type === 'unhealthy') replica.phase = 'unhealthy';
    if (this.isCandidate(replica)) this.giveUp(replica);
    else if (type === 'overdue') {
      this.stop(replica);
      replica.again = true;
    }
  }

  private ended(replica: Replica, reason: string, atMs: number): void {
    const { state } = this;
    const wanted =
      state.phase !== 'ending' && !(state.phase === 'rollingBack' && replica.version === state.next?.hash);
    const told = replica.phase === 'stopping';
    if (!told && this.isCandidate(replica)) {
      replica.reason = reason;
      this.giveUp(replica);
      this.remove(replica);
    } else if ((told && !replica.again) || !wanted) this.remove(replica);
    else {
      const lasted = replica.healthySinceMs !== undefined && atMs - replica.healthySinceMs >= settledMs;
      replica.attempts = lasted ? 1 : replica.attempts + 1;
      replica.restarts += 1;
      replica.reason = told ? replica.reason : reason;
      Object.assign(replica, { phase: 'waiting', tried: true, again: false });
      this.actions.push({ type: 'retry', id: replica.id, afterMs: pauseMs(replica.attempts) });
    }
  }

  /** Of the version that an update is trying out. */
  private isCandidate({ version }: Replica): boolean {
    return this.state.phase === 'updating' && version === this.state.next?.hash;
  }

  private giveUp({ id, rank, version, reason = '' }: Replica): void {
    this.state.phase = 'rollingBack';
    this.state.failure = { id, rank, version, reason };
  }

  /** Does what the state calls for, until only the world can bring it further. */
  advance(): void {
    for (let before = ''; before !== this.progress;) {
      before = this.progress;
      this.pass();
    }
  }

  private get progress(): string {
    return [this.state.phase, this.state.replicas.length, this.actions.length].join();
  }

  private pass(): void {
    const { state } = this;
    if (state.phase === 'ending') {
      for (const replica of [...state.replicas]) this.retire(replica);
      if (state.replicas.length === 0) this.finish('gone', undefined, 'ended');
      return;
    }
    if (state.phase !== 'updating' && state.phase !== 'rollingBack') return;
    const forward = state.phase === 'updating';
    const size = Math.max(state.current?.size ?? 0, state.next?.size ?? 0);
    const ranks = Array.from({ length: size }, (_, index) => (forward ? index : size - 1 - index));
    let settled = true;
    for (const rank of ranks) {
      if (this.settled(rank)) continue;
      settled = false;
      // A first deployment has nothing in service that could be lost.
      if (!this.work(rank) && state.current) return;
    }
    if (!settled) return;
    if (forward) this.finish('steady', state.next, 'updated');
    else this.finish(state.current ? 'steady' : 'gone', state.current, 'rolledBack');
  }

  private finish(
    phase: RolloutState['phase'],
    current: Version | undefined,
    outcome: Extract<RolloutAction, { type: 'finished' }>['outcome'],
  ): void {
    Object.assign(this.state, { phase, current, next: undefined });
    this.actions.push({ type: 'finished', outcome });
  }

  private get target(): Version | undefined {
    return this.state.phase === 'updating' ? this.state.next : this.state.current;
  }

  private get minimum(): number {
    const { current, next } = this.state;
    return Math.min(current?.minimum ?? 0, next?.minimum ?? 0);
  }

  /** The replica of the version that is wanted at a rank, and all others there. */
  private at(rank: number): { mine: Replica | undefined; others: Replica[] } {
    const here = this.state.replicas.filter((replica) => replica.rank === rank);
    const mine = here.find((replica) => replica.version === this.target?.hash && !isLeaving(replica));
    return { mine, others: here.filter((replica) => replica !== mine) };
  }

  private settled(rank: number): boolean {
    const { mine, others } = this.at(rank);
    if (others.length > 0) return false;
    if (rank >= (this.target?.size ?? 0)) return true;
    // On the way back a replica that cannot be made healthy just now does not hold up the other ranks.
    return mine?.phase === 'healthy' || (this.state.phase === 'rollingBack' && mine?.tried === true);
  }

  /** Brings a rank nearer to what is wanted there; true if the next rank need not wait for this one. */
  private work(rank: number): boolean {
    const { mine, others } = this.at(rank);
    const wanted = rank < (this.target?.size ?? 0);
    const held = others.filter((replica) => {
      const spare = mine?.phase === 'healthy' || this.canSpare(rank);
      if (spare) this.retire(replica);
      return !spare;
    });
    const left = this.state.replicas.filter((replica) => others.includes(replica));
    const now = left.length === 0 || held.length > 0 || inService(this.state) < this.minimum;
    if (wanted && !mine && now) this.start(rank, this.target as Version);
    return held.length > 0 && (!wanted || mine?.tried === true);
  }

  /** Without this rank, too, the minimum is in service; or it is not in service anyway. */
  private canSpare(rank: number): boolean {
    const serves = this.state.replicas.some(
      (replica) => replica.rank === rank && replica.phase === 'healthy',
    );
    return !serves || inService(this.state) - 1 >= this.minimum;
  }

  private start(rank: number, { hash }: Version): void {
    const id = (this.state.lastId += 1);
    const fresh = { restarts: 0, attempts: 0, tried: false, again: false };
    this.state.replicas.push({ id, rank, version: hash, phase: 'starting', ...fresh });
    this.actions.push({ type: 'start', id, rank, version: hash });
  }

  /** For good. */
  private retire(replica: Replica): void {
    replica.again = false;
    if (replica.phase === 'waiting') this.remove(replica);
    else this.stop(replica);
  }

  private stop(replica: Replica): void {
    if (replica.phase === 'stopping') return;
    replica.phase = 'stopping';
    this.actions.push({ type: 'stop', id: replica.id });
  }

  private remove(replica: Replica): void {
    this.state.replicas = this.state.replicas.filter((each) => each !== replica);
  }
}

function isLeaving({ phase, again }: Replica): boolean {
  return phase === 'stopping' && !again;
}
