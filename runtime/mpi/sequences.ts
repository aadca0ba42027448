/** Numbers the messages of a node, by context and destination, from 0. */
export class Sequences {
  /** By context, then by destination: the next number. */
  private readonly numbers = new Map<number, number[]>();

  /** The number of the next message to a destination in a context. */
  next(context: number, destination: number): number {
    let numbers = this.numbers.get(context);
    if (numbers === undefined) {
      numbers = [];
      this.numbers.set(context, numbers);
    }
    const number = numbers[destination] ?? 0;
    numbers[destination] = number + 1;
    return number;
  }
}
