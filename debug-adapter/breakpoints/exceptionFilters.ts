import type { DebugProtocol } from '@vscode/debugprotocol';
import { type CommunicationType, communicationTypes } from '../../runtime/protocol/debug';
import type { ExceptionState } from '../cdp/protocol';
import { type Condition, describeConditionError, parseCondition } from './condition';
import { ConditionError } from './rankSet';

/** What can be stopped at that has no line: exceptions, deadlocks, aborts, communication. */
export const exceptionFilters: DebugProtocol.ExceptionBreakpointsFilter[] = [
  {
    filter: 'caught',
    label: 'Caught Exceptions',
    default: false,
    supportsCondition: true,
    description: 'Stops where an error is thrown that the program catches.',
    conditionDescription: '@0,2-3 && error.code === 7',
  },
  {
    filter: 'uncaught',
    label: 'Uncaught Exceptions',
    default: true,
    supportsCondition: true,
    description: 'Stops where an error is thrown that ends the job.',
    conditionDescription: '@0,2-3 && error.code === 7',
  },
  {
    filter: 'deadlock',
    label: 'Deadlocks',
    default: true,
    description:
      'Stops the nodes that can never go on, each in its call. Without it a deadlock ends the job at once.',
  },
  {
    filter: 'abort',
    label: 'Aborts',
    default: true,
    supportsCondition: true,
    description:
      'Stops where the program calls abort. Names: code, rank, size. Without it the job ends at once.',
    conditionDescription: '@0,2-3 && code === 7',
  },
  {
    filter: 'send',
    label: 'Messages Sent',
    default: false,
    supportsCondition: true,
    description:
      'Stops before a message leaves. Names: call, communicator, destination, tag, bytes, rank, size.',
    conditionDescription: '@0,2-3 && tag === 7 && destination === 1',
  },
  {
    filter: 'receive',
    label: 'Messages Received',
    default: false,
    supportsCondition: true,
    description:
      'Stops when a receive has its message. Names: call, communicator, source, tag, bytes, rank, size.',
    conditionDescription: '@0,2-3 && tag === 7 && source === 1',
  },
  {
    filter: 'collective',
    label: 'Collective Calls',
    default: false,
    supportsCondition: true,
    description: 'Stops before a collective call. Names: call, communicator, root, operation, rank, size.',
    conditionDescription: "@0,2-3 && call === 'allreduce'",
  },
];

type FilterId = 'caught' | 'uncaught' | 'deadlock' | CommunicationType;
const filterIds = exceptionFilters.map(({ filter }) => filter);
const isFilter = (filterId: string): filterId is FilterId => filterIds.includes(filterId);

/** Which exceptions stop which nodes. */
export class ExceptionBreakpoints {
  private conditions = new Map<FilterId, Condition>();

  /** Sets what the client asks for; answers how each filter was taken, in the order of the protocol. */
  set(
    filters: readonly string[],
    options: readonly { filterId: string; condition?: string }[],
  ): DebugProtocol.Breakpoint[] {
    this.conditions = new Map();
    const asked = [...filters.map((filterId) => ({ filterId, condition: undefined })), ...options];
    return asked.map(({ filterId, condition }): DebugProtocol.Breakpoint => {
      if (!isFilter(filterId)) {
        return { verified: false, message: `There is no filter "${filterId}".` };
      }
      try {
        this.conditions.set(filterId, parseCondition(condition));
        return { verified: true };
      } catch (error) {
        if (!(error instanceof ConditionError)) throw error;
        return { verified: false, message: describeConditionError('Condition', condition ?? '', error) };
      }
    });
  }

  /** The conditions of a node's communication, as an object of functions. */
  communicationFor(rank: number): string {
    const parts = communicationTypes.flatMap((type) => {
      const condition = this.conditions.get(type);
      if (!condition?.ranks.has(rank)) return [];
      const names = '{ call, communicator, source, destination, tag, bytes, root, operation, code }';
      return `${type}: (${names}) => (\n${condition.expression ?? 'true'}\n)`;
    });
    return `{ ${parts.join(', ')} }`;
  }

  /** Whether nodes that can never go on are stopped. */
  get stopsAtDeadlock(): boolean {
    return this.conditions.has('deadlock');
  }

  /** What a node's inspector has to stop at. */
  stateFor(rank: number): ExceptionState {
    const caught = this.conditions.get('caught')?.ranks.has(rank) ?? false;
    const uncaught = this.conditions.get('uncaught')?.ranks.has(rank) ?? false;
    return caught && uncaught ? 'all' : caught ? 'caught' : uncaught ? 'uncaught' : 'none';
  }

  /** The expression that decides about an exception; undefined: it stops. */
  expressionFor(uncaught: boolean): string | undefined {
    return this.conditions.get(uncaught ? 'uncaught' : 'caught')?.expression;
  }
}
