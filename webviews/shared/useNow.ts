import { useEffect, useState } from 'preact/hooks';

/** The view's clock in milliseconds, read again every `intervalMs` while `ticking`, and at each new `cause`. */
export function useNow(ticking: boolean, intervalMs: number, cause: unknown): number {
  const [, setTick] = useState(0);
  useEffect(() => {
    if (!ticking) return undefined;
    const timer = setInterval(() => setTick((before) => before + 1), intervalMs);
    return () => clearInterval(timer);
  }, [ticking, intervalMs, cause]);
  return performance.now();
}
