import { spmd } from 'lockstep';

class Base {
  get inherited(): string {
    return 'from Base';
  }
}

class Station extends Base {
  static readonly planet = 'Earth';
  readonly name = 'Oslo';
  #secret = 41;
  reads = 0;
  [Symbol.toStringTag] = 'Station';

  get costly(): number {
    this.reads += 1;
    return this.#secret + 1;
  }

  get failing(): never {
    throw new RangeError('not to be read');
  }
}

class Route {
  constructor(readonly stops: string[]) {}
  static direct(from: string, to: string): Route {
    return new Route([from, to]);
  }
}

class Distance {
  constructor(private readonly metres: number) {}
  [Symbol.for('debug.description')](): string {
    return `${this.metres / 1000} km`;
  }
}

const greeting = 'hello';

export default spmd(({ world, log }) => {
  const numbers = Float64Array.from({ length: 1_000_000 }, (_, index) => index / 2);
  const words = Array.from({ length: 250 }, (_, index) => `word ${index}`);
  const holes = [1, , 3];
  const ranks = new Map<unknown, number>([
    ['ATL', 0.5],
    ['ORD', 0.25],
    [{ object: 'key' }, 1],
  ]);
  const seen = new Set(['a', 'b']);
  const station = new Station();
  const nested = { list: [{ deep: { deeper: [1, 2] } }], nothing: null, missing: undefined, big: 10n ** 20n };
  const text = 'it is "quoted"\nand \'broken\'';
  const when = new Date(0);
  const total = (a: number, b = 2) => a + b;
  const route = Route.direct('Oslo', 'Bergen');
  const far = new Distance(12_000);
  const request = world.irecv(world.rank, 5);
  let count = 3;
  for (const [index, word] of words.slice(0, 1).entries()) {
    count += index;
    log(greeting, word, count, total(1)); // stop here
  }
  log(
    'count',
    count,
    station.reads,
    numbers[1],
    ranks.get('ATL'),
    holes.length,
    seen.size,
    nested.list.length,
  );
  log(text, when, world.size);
  log(route, far, world, request, world.group);
  world.send(1, world.rank, 5);
  request.wait();
});
