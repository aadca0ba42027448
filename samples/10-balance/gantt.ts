import type { Task } from 'lockstep';

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** So much time is a character. */
const columnMs = 6;

/** A line for each node: what it ran when, a letter a task. */
export function gantt(tasks: Task[], ranks: number[], beginMs: number): string[] {
  return ranks.map((rank) => {
    const line: string[] = [];
    const own = tasks.filter((task) => task.rank === rank).sort((a, b) => a.times.beganMs - b.times.beganMs);
    for (const task of own) {
      const column = (ms: number) => Math.round((ms - beginMs) / columnMs);
      const { beganMs, endedMs } = task.times;
      const first = Math.max(column(beganMs), line.length);
      for (let i = first; i < Math.max(first + 1, column(endedMs)); i++)
        line[i] = letters[tasks.indexOf(task) % letters.length];
    }
    return `node ${rank} |${Array.from(line, (letter) => letter ?? ' ').join('')}|`;
  });
}
