/** A driver that is done before its other nodes can know of it. */
import { driver } from 'lockstep';

export default driver(async ({ log }) => {
  log('begun');
  await new Promise((resolve) => setTimeout(resolve, 1000));
  log('done');
});
