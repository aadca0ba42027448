/** Values that a program or a library keeps with a communicator, by name. */
export class Attributes {
  private readonly values = new Map<string, { value: unknown; copied: boolean }>();

  /**
   * Keeps a value.
   *
   * @param copied whether a duplicate of the communicator gets it too
   */
  set(name: string, value: unknown, { copied = true }: { copied?: boolean } = {}): void {
    this.values.set(name, { value, copied });
  }

  /** The value of a name; undefined if there is none. */
  get<T = unknown>(name: string): T | undefined {
    return this.values.get(name)?.value as T | undefined;
  }

  /** Forgets a value; true if there was one. */
  delete(name: string): boolean {
    return this.values.delete(name);
  }

  /** @internal */
  copyTo(other: Attributes): void {
    for (const [name, { value, copied }] of this.values) if (copied) other.set(name, value);
  }
}
