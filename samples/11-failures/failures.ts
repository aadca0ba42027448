import { currentTask, driver, task } from 'lockstep';
import { collatz } from './collatz';

const pieces = 60;
const perPiece = 15_000;

/** The number with the longest way to 1 in a piece of the numbers, and the process that has searched. */
export const search = task('search', (piece: number) => ({
  ...collatz(piece * perPiece + 1, perPiece),
  pid: process.pid,
}));

/** Ends whatever node runs it. */
export const poison = task('poison', () => process.exit(currentTask()?.attempt));

/**
 * A search while its nodes die: `kill` and `stop` befall the node that is first with a result, `bad` is a task that kills, and
 * `driver` is the end of this very node: only a journal knows then what was done.
 */
export default driver(async ({ scheduler, args, log }) => {
  const [what = 'kill'] = args;
  const job = scheduler.job('search');
  const tasks = job.map(
    search,
    Array.from({ length: pieces }, (_, i) => i),
  );
  const bad = what === 'bad' ? job.add(poison, [], { priority: 1 }) : undefined;

  let best = { start: 0, steps: 0 };
  let ended = 0;
  for await (const piece of scheduler.asCompleted(tasks)) {
    const { start, steps, pid } = await piece.result;
    if (steps > best.steps) best = { start, steps };
    if (ended === 0 && (what === 'kill' || what === 'stop')) {
      process.kill(pid, what === 'stop' ? 'SIGSTOP' : 'SIGKILL');
      log(`node ${piece.rank}: ${what}`);
    }
    ended += 1;
    if (ended === 20 && what === 'driver' && job.progress.fromJournal === 0)
      process.kill(process.pid, 'SIGKILL');
  }
  log(`${ended} pieces; the longest way to 1 begins at ${best.start} and has ${best.steps} steps`);
  if (what === 'driver') return log(`${job.progress.fromJournal} pieces were in the journal`);
  log(`nodes that are left: ${scheduler.nodes.length}`);
  const moved = tasks.filter((each) => scheduler.why(each).placements.length > 1);
  log(`${moved.length} pieces went to another node; the first of them:`);
  log(moved.length > 0 ? scheduler.why(moved[0]).text : 'none');
  if (bad) log(await bad.result.catch((error: Error) => error.message));
});
