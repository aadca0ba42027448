/** What a scan finds at a node. */
export interface Prefixes<T> {
  /** The combination of all lower ranks; undefined at rank 0. */
  exclusive: T | undefined;
  /** The same with this rank's own. */
  inclusive: T;
}
