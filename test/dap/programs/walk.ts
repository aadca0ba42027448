const scale = 2;

export class Walk {
  readonly visited: number[] = [];
  #steps = 0;

  constructor(readonly start: number) {}

  get last(): number {
    return this.visited.at(-1) ?? this.start;
  }

  visit(rank: number): void {
    this.visited.push(rank);
    this.#steps += scale;
  }

  get steps(): number {
    return this.#steps / scale;
  }
}

export function describe(walk: Walk, total: number): string {
  return `from ${walk.start}: ${walk.visited.join(' ')}, ${walk.steps} steps, total ${total}`;
}
