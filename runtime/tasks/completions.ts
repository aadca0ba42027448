import type { Task } from './taskHandle';

/** Tasks in the order in which they end, well or not; each once. */
export async function* asCompleted<T extends Task>(tasks: Iterable<T>): AsyncGenerator<T, void, undefined> {
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
    if (next >= ended.length) await new Promise<void>((resolve) => (wake = resolve));
    yield ended[next] as T;
  }
}
