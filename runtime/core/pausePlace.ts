import { runInThisContext } from 'node:vm';

/**
 * To be called right after a call of the system in which the main thread has slept: there a debugger pauses it. V8 takes
 * up a pause at the next function that is entered, and passes over it where the debugger does not show that function, as
 * none of the runtime's is; so this one is in a script of its own. It is a generator because V8 never inlines
 * one: an inlined function is not entered.
 */
export const pausePlace = runInThisContext('(function* pausePlace() {})', {
  filename: 'lockstep:wait',
}) as () => Generator;
