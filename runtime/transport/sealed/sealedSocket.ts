/** A connection past the relays and the keys of one end of it: what is sealed there, and what is opened. */
export interface SealedSocket {
  file: number;
  seal: Buffer;
  open: Buffer;
}
