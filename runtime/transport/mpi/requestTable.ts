import type { MpiLibrary } from './mpiLibrary';

/** Requests of an MPI library, in memory that both sides know: asking whether they are done costs one call. */
export class RequestTable {
  private readonly memory: ArrayBuffer;
  private readonly at: number;
  private readonly flag: Int32Array;
  private readonly flagAt: number;

  constructor(
    private readonly mpi: MpiLibrary,
    private readonly count: number,
  ) {
    const { bytes } = mpi.handles;
    this.memory = new ArrayBuffer(8 + Math.max(1, count) * bytes);
    this.flag = new Int32Array(this.memory, 0, 1);
    this.flagAt = mpi.addressOf(this.memory);
    this.at = this.flagAt + 8;
    const { noRequest } = mpi.handles;
    if (bytes === 4) new Int32Array(this.memory, 8).fill(noRequest);
    else new BigInt64Array(this.memory, 8).fill(BigInt(noRequest));
  }

  /** Where a request lies. */
  address(index: number): number {
    return this.at + index * this.mpi.handles.bytes;
  }

  /** True if a request is done. */
  isDone(index: number): boolean {
    this.mpi.test(this.address(index), this.flagAt, this.mpi.handles.statusIgnore);
    return this.flag[0] !== 0;
  }

  /** True if all are done; those that are not requests yet count as done. */
  done(): boolean {
    this.mpi.testall(this.count, this.at, this.flagAt, this.mpi.handles.statusIgnore);
    return this.flag[0] !== 0;
  }

  /** Takes back persistent requests that nothing has matched, and frees them. */
  cancel(): void {
    const cancel = this.mpi.func('int MPI_Cancel(intptr_t request)');
    const free = this.mpi.func('int MPI_Request_free(intptr_t request)');
    for (let i = 0; i < this.count; i += 1) {
      cancel(this.address(i));
      while (!this.isDone(i));
      free(this.address(i));
    }
  }
}
