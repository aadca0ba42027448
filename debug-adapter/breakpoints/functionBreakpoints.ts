import type { ArgumentsOf } from '../dap/arguments';

/** Functions have no place in the bundle that their name alone could tell. */
export function noFunctionBreakpoints({ breakpoints }: ArgumentsOf<'setFunctionBreakpoints'>): unknown {
  return {
    breakpoints: breakpoints.map(() => ({
      verified: false,
      message: 'Set a breakpoint on the first line of the function instead.',
    })),
  };
}
