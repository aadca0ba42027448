import { LockstepError, errorsReturn, spmd } from 'lockstep';
import { type Checkpoint, restore, save } from './checkpoints';
import { cells, iterate, share } from './rod';

const steps = 200;
const checkpointEvery = 20;

/** The temperatures of a rod, on nodes that may die: `3@50` as an argument kills node 3 before step 50. */
export default spmd(({ world, log, args }) => {
  world.setErrorHandler(errorsReturn);
  const death = args.find((arg) => arg.startsWith(`${world.rank}@`))?.split('@')[1];

  let team = world;
  let { first, end } = share(team.rank, team.size);
  let block: Float64Array = new Float64Array(end - first);
  let step = 0;
  let kept: Checkpoint[] = [];
  let rod: Float64Array = new Float64Array();
  let isWhole = true;

  /** Goes on from where the team is, to the end; false if somebody dies on the way. */
  function attempt(): boolean {
    try {
      if (!isWhole) {
        const found = restore(team, kept);
        ({ first, end } = share(team.rank, team.size));
        [step, block] = [found.step, found.rod.slice(first, end)];
        if (team.rank === 0) log(`${team.size} nodes go on from step ${step}`);
        isWhole = true;
      }
      for (; step < steps; step++) {
        if (step % checkpointEvery === 0) kept = [...kept.slice(-1), save(team, step, first, block)];
        if (step === Number(death)) process.kill(process.pid, 'SIGKILL');
        block = iterate(team, block);
      }
      rod = Float64Array.from(team.allgather(block).flatMap((part) => [...part]));
      return true;
    } catch (error) {
      if (!(error instanceof LockstepError && ['procFailed', 'revoked'].includes(error.code))) throw error;
      team.revoke(); // who waits for somebody else than the dead node would wait for ever
      return false;
    }
  }

  while (!team.agree(attempt())) {
    team = team.shrink();
    isWhole = false;
  }
  if (team.rank === 0) {
    const sum = rod.reduce((total, cell) => total + cell);
    log(
      `${team.size} nodes, ${steps} steps: the last cell has ${rod[cells - 1].toFixed(6)}, all have ${sum.toFixed(6)}`,
    );
  }
});
