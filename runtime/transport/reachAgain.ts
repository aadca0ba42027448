/** Pauses between attempts to reach the other side again, in milliseconds; the last one repeats. */
const backOffMs = [100, 250, 500, 1000];

/**
 * Attempts to reach the other side again until it succeeds, the lease has run out, or nobody `wants` it any more.
 * Answers what was reached.
 */
export async function reachAgain<T>(
  reach: () => Promise<T>,
  leaseMs: number,
  wanted: () => boolean,
): Promise<T | undefined> {
  const deadline = performance.now() + leaseMs;
  for (let attempt = 0; performance.now() < deadline && wanted(); attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, backOffMs[Math.min(attempt, backOffMs.length - 1)]));
    try {
      return await reach();
    } catch {
      // not yet
    }
  }
  return undefined;
}
