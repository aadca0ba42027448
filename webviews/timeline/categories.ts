/** Kinds of calls, as the diagram tells them apart. */
import { isReceive, isSend } from '../../runtime/protocol/node';

export const categories = ['send', 'receive', 'wait', 'collective', 'window'] as const;
export type Category = (typeof categories)[number];

/** What the legend says of each. */
export const categoryLabels: Record<Category, string> = {
  send: 'send',
  receive: 'receive',
  wait: 'wait for requests',
  collective: 'collective',
  window: 'one-sided',
};

const oneSided =
  /^(?:put|get|accumulate|getAccumulate|fetchAndOp|compareAndSwap|fence|lock|unlock|flush|post|start|complete|win)/;

/** The kind of a call by its name. */
export function categoryOf(name: string): Category {
  if (isSend(name)) return 'send';
  if (isReceive(name) || name.startsWith('sendrecv')) return 'receive';
  if (/^(?:wait|await)/.test(name)) return 'wait';
  return oneSided.test(name) ? 'window' : 'collective';
}
