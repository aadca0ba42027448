/** Tests that run inside the extension host: a name that says what holds, and a body that throws where it does not. */
export type HostTests = Record<string, () => Promise<void>>;

/** How one test ended; `error` is the stack where it failed. */
export interface HostResult {
  name: string;
  ms: number;
  error?: string;
}

/** Names the file that the results are written to, as JSON. */
export const resultsVariable = 'LOCKSTEP_HOST_RESULTS';

/** Waits until `probe` answers something; fails after `timeoutMs` with the words of `what`. */
export async function eventually<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 20_000,
): Promise<T> {
  const endMs = Date.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > endMs) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
