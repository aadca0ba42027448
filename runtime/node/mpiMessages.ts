import { PollingBell } from '../core/pollingBell';
import type { NodeBoot } from '../protocol/agentLink';
import { MpiEndpoint } from '../transport/mpi/mpiEndpoint';
import { MpiLibrary } from '../transport/mpi/mpiLibrary';
import type { Blocking } from '../transport/blocking';
import type { ChannelMemory } from './channel';
import type { NodeTransport } from './nativeMessages';
import { StatusBlock } from './statusBlock';

/** How often a node whose program has ended takes in what others still send to it. */
const drainMs = 2;

/** What a node's main thread has of the MPI library that carries its messages; the process has begun MPI already. */
export function openMpiMessages(
  { rank, size }: NodeBoot,
  library: string,
  memory: ChannelMemory,
): NodeTransport {
  const mpi = MpiLibrary.load(__dirname, library);
  const [comm, collectives] = [mpi.duplicate(mpi.handles.world), mpi.duplicate(mpi.handles.world)];
  const bell = new PollingBell(StatusBlock.threadBell(memory.status), () => mpi.giveWay());
  let endpoint: MpiEndpoint | undefined;
  return {
    inbox: 'an MPI library carries the messages',
    bell,
    endpoint(blocking: Blocking) {
      endpoint = new MpiEndpoint(mpi, comm, collectives, rank, size, blocking);
      return endpoint;
    },
    connect: () => undefined,
    join: () => undefined,
    nudge: () => undefined,
    linked: () => undefined,
    lose: () => undefined,
    close: () => void setInterval(() => endpoint?.drain(), drainMs),
    leave() {
      endpoint?.close();
      mpi.finalize();
    },
  };
}
