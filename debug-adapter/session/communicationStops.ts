/** What a node is told so that it stops at its communication, as text that runs in it. */
import { type AwaitedSend, debugHelpersSymbol } from '../../runtime/protocol/debug';

const stops = `globalThis[Symbol.for('${debugHelpersSymbol}')].stops`;

/** The script in which a node stands that stops at its communication. */
export const stopUrl = 'lockstep:stop';

/** Gives the node a place to stand: a script of its own, because the inspector passes over the runtime's. */
export const useStop = `${stops}.use((event) => { debugger; });\n//# sourceURL=${stopUrl}`;

/** Stops from now on where one of these conditions holds. */
export const filterStops = (conditions: string): string => `${stops}.filter(${conditions})`;

/** Whether to stop before the next send or receive. */
export const stepIntoMessage = (on: boolean): string => `${stops}.step(${on})`;

/** Stops when a receive has this message. */
export const followMessage = (messageId: number): string => `${stops}.follow(${messageId})`;

/** Stops before this send; without one, no longer. */
export const awaitSend = (send?: AwaitedSend): string =>
  `${stops}.awaitSend(${send ? JSON.stringify(send) : ''})`;
