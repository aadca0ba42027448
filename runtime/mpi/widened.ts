/** A literal's type as its general one, so that `allreduce(1)` is a number and not a `1`. */
export type Widened<T> = T extends number
  ? number
  : T extends bigint
    ? bigint
    : T extends boolean
      ? boolean
      : T extends string
        ? string
        : T;
