import type { Task } from './taskHandle';

/** Tasks in the order in which they end, well or not; each once. `awaiting` is told of each wait, and what it returns of its end. */
export async function* asCompleted<T extends Task>(
  tasks: Iterable<T>,
  awaiting: (what: string) => () => void,
): AsyncGenerator<T, void, undefined> {
  const ended: T[] = [];
  let wake: () => void = () => undefined;
  let open = 0;
  for (const task of tasks) {
    open += 1;
    const end = (): void => {
      ended.push(task);
      wake();
    };
    if (task.state.hasEnded) end();
    else (task.state.onEnded ??= []).push(end);
  }
  for (let next = 0; next < open; next += 1) {
    if (next >= ended.length) {
      const done = awaiting(`the next of ${open - next} tasks`);
      await new Promise<void>((resolve) => (wake = resolve));
      done();
    }
    yield ended[next] as T;
  }
}
