import type { CdpMessage } from '../protocol/debug';

/** The client that debugs a job. */
export interface Debugger {
  onCdp(job: string, rank: number, message: CdpMessage): void;
}
