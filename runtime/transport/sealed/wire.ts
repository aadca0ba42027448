/** One socket as a thread has it that does not wait: see dataLinks/nativeSockets.ts. */
export interface Wire {
  /** Hands over up to `count` bytes; answers how many, `notNow` or `ended`. */
  send(bytes: Uint8Array, count: number): number;
  /** Takes up to `count` bytes; answers how many, `notNow` or `ended`. */
  receive(bytes: Uint8Array, count: number): number;
}
