import type { DebugProtocol } from '@vscode/debugprotocol';
import type { ExceptionState } from '../cdp/protocol';
import { type Condition, describeConditionError, parseCondition } from './condition';
import { ConditionError } from './rankSet';

/** The kinds of exceptions that can be stopped at. */
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
];

type FilterId = 'caught' | 'uncaught' | 'deadlock';
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
