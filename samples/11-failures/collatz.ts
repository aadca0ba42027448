/** The steps from a number to 1: half of an even one, three times an odd one and one more. */
function stepsFrom(start: number): number {
  let steps = 0;
  for (let n = start; n !== 1; steps++) n = n % 2 === 0 ? n / 2 : 3 * n + 1;
  return steps;
}

/** Of so many numbers from `first` on, the one with the most steps; of equals the first. */
export function collatz(first: number, count: number): { start: number; steps: number } {
  let best = { start: first, steps: 0 };
  for (let start = first; start < first + count; start++) {
    const steps = stepsFrom(start);
    if (steps > best.steps) best = { start, steps };
  }
  return best;
}
