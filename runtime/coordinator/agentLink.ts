/** The coordinator's end of its link to a node's agent. */
import type {
  AgentRequests,
  AgentToCoordinator,
  CoordinatorToAgent,
  JoiningNode,
  Quiescence,
  ScaleAnswer,
  ScaleWish,
} from '../protocol/agentLink';
import type { MessageFaults } from '../protocol/faults';
import type { SourceLocation } from '../protocol/node';
import type { Whereabouts } from '../protocol/rollCall';
import type { Health } from '../protocol/service';
import type { TaskQuestion } from '../protocol/tasks';
import { handle, type MessageConnection, notify, overLink, request } from '../transport/rpc';
import type { Link } from '../transport/link';

/** What is done with each message of an agent; a request is answered when its promise resolves. */
export type AgentHandlers = {
  [T in keyof AgentToCoordinator]: (body: AgentToCoordinator[T]) => void;
} & {
  [T in keyof AgentRequests]: (body: AgentRequests[T]) => Promise<unknown> | void;
} & {
  /** The agent gave a sign of life. */
  heard(): void;
  /** The link has closed. */
  closed(): void;
};

const notifications = [
  'ready',
  'status',
  'metrics',
  'cdp',
  'operations',
  'peerLost',
  'outlives',
  'tasks',
  'endNode',
] as const satisfies (keyof AgentToCoordinator)[];
const requests = [
  'output',
  'recording',
  'finished',
  'outOfMemory',
  'injectFault',
  'nodes',
] as const satisfies (keyof AgentRequests)[];

export class AgentLink {
  private readonly connection: MessageConnection;

  constructor(link: Link, handlers: AgentHandlers) {
    this.connection = overLink(link);
    for (const type of notifications) {
      this.connection.onNotification(type, (body: object) => {
        handlers.heard();
        handlers[type](body as never);
      });
    }
    for (const type of requests) handle(this.connection, type, (body: never) => handlers[type](body));
    this.connection.onClose(() => handlers.closed());
    this.connection.onError(() => handlers.closed());
    this.connection.listen();
  }

  notify<T extends keyof CoordinatorToAgent>(type: T, body: CoordinatorToAgent[T]): void {
    void notify(this.connection, type, body);
  }

  quiescence(): Promise<Quiescence> {
    return request(this.connection, 'quiescence', {}) as Promise<Quiescence>;
  }

  strandedAt(): Promise<{ at?: SourceLocation }> {
    return request(this.connection, 'strandedAt', {}) as Promise<{ at?: SourceLocation }>;
  }

  clock(): Promise<{ monotonicMs: number }> {
    return request(this.connection, 'clock', {}) as Promise<{ monotonicMs: number }>;
  }

  health(): Promise<Health> {
    return request(this.connection, 'health', {}) as Promise<Health>;
  }

  askTasks(question: TaskQuestion): Promise<unknown> {
    return request(this.connection, 'askTasks', question);
  }

  faults(faults: MessageFaults): Promise<unknown> {
    return request(this.connection, 'faults', faults);
  }

  joins(joining: readonly JoiningNode[]): Promise<unknown> {
    return request(this.connection, 'joins', joining);
  }

  scale(wish: ScaleWish): Promise<ScaleAnswer> {
    return request(this.connection, 'scale', wish) as Promise<ScaleAnswer>;
  }

  whereabouts(): Promise<Whereabouts> {
    return request(this.connection, 'whereabouts', {}) as Promise<Whereabouts>;
  }
}
