import { createRequire } from 'node:module';
import { spmd } from 'lockstep';

export default spmd(({ log, args }) => {
  const load = createRequire(import.meta.url);
  for (const file of args) {
    const { twice } = load(file) as { twice(value: number): number };
    log('twice', twice(21));
  }
});
