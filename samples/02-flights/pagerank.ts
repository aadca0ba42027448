/**
 * PageRank of the airports of the United States, from all their flights of the year 2008.
 *
 * Think of a traveller without a plan. At every airport she takes one of its departing flights by chance; now and
 * then she starts anew at any airport. An airport's score is the share of her life that she spends there.
 *
 * Each node computes the scores of a block of airports. For this it needs the scores of all the others, so every
 * round begins with an exchange: one allgather. The rounds end when the scores no longer change.
 *
 * Source: S. Brin, L. Page, "The Anatomy of a Large-Scale Hypertextual Web Search Engine", 1998.
 * Cost: one allgather of all scores and one allreduce of a number in each round.
 */
import { spmd, SUM } from 'lockstep';
import { readFlights, type Route } from './flights';

const damping = 0.85; // how likely it is that she takes another flight
const tolerance = 1e-12; // the rounds end when the scores change by less than this in sum

export default spmd(({ world, log }) => {
  const { rank, size } = world;

  // Node 0 reads the files and deals out the work: to each node the routes that arrive in its block.
  const flights = rank === 0 ? readFlights() : undefined;
  const count = world.bcast(flights?.airports.length);
  const deadEnds = world.bcast(flights?.deadEnds);

  const firstOf = (node: number) => Math.floor((node * count) / size);
  const first = firstOf(rank);
  const last = firstOf(rank + 1); // the first one that is no longer mine
  const arrivals = world.scatter<Route[]>(flights && dealOut(flights.routes, size, firstOf));

  let scores = new Array<number>(count).fill(1 / count);
  let delta = 1;
  let rounds = 0;

  while (delta > tolerance) {
    // She starts anew by choice, or because no flight leaves where she is.
    const stranded = sum(deadEnds.map((airport) => scores[airport]));
    const anew = (1 - damping + damping * stranded) / count;

    const mine = new Array<number>(last - first).fill(anew);
    for (const { from, to, share } of arrivals) {
      mine[to - first] += damping * share * scores[from];
    }

    const change = sum(mine.map((score, i) => Math.abs(score - scores[first + i])));
    delta = world.allreduce(change, SUM);
    scores = world.allgather(mine).flat();
    rounds++;
  }

  if (flights) {
    log(`airports: ${count}, routes: ${flights.routes.length}, nodes: ${size}, rounds: ${rounds}`);
    flights.airports
      .map((airport, i) => ({ ...airport, score: scores[i] }))
      .sort((a, b) => b.score - a.score)
      .slice(0, 10)
      .forEach(({ code, name, score }, i) =>
        log(`${String(i + 1).padStart(2)}. ${code} ${score.toFixed(10)} ${name}`),
      );
  }
});

/** For each node, the routes that arrive in its block. */
function dealOut(routes: Route[], size: number, firstOf: (node: number) => number): Route[][] {
  const nodes = Array.from({ length: size }, (_, node) => node);
  return nodes.map((node) => routes.filter(({ to }) => firstOf(node) <= to && to < firstOf(node + 1)));
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
