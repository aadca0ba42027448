import { spmd } from 'lockstep';

const answers = globalThis as { answer?: (text: string) => void };

async function ask(): Promise<string> {
  return await new Promise((resolve) => (answers.answer = resolve));
}

/** Node 0 awaits a promise that nothing of the program ever settles. */
export default spmd(async ({ world, log }) => {
  if (world.rank === 1) world.recv(0, 3);
  else {
    const answer = await ask();
    log(answer);
    world.send(answer, 1, 3);
  }
});
