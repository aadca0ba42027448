import type { AgentHandlers } from './agentLink';
import { exceedMemory } from './exceedMemory';
import type { Job } from './job';
import type { NodeHandle } from './nodeHandle';

/** What a job does with each message of a node's agent. */
export function nodeHandlers(job: Job, node: NodeHandle): AgentHandlers {
  const { rank } = node;
  return {
    heard: () => job.heard(rank),
    closed: () => (node.process?.lost ?? node.process?.kill)?.(),
    ready: (ready) => job.nodeReady(node, ready),
    status: (status) => node.report(status),
    metrics: ({ metrics, traffic }) => {
      node.metrics = metrics;
      node.traffic.push(...traffic);
    },
    peerLost: ({ rank: peer }) => job.peerLost(rank, peer),
    endNode: ({ rank: other }) => job.kill(other),
    outlives: ({ essentialRank }) => job.scaling.begin(essentialRank),
    nodes: (wish) => job.scaling.carryOut(wish),
    ...job.recordings.handlersOf(rank, job.info.id),
    tasks: (board) => job.tasks.told(board),
    cdp: ({ message }) => job.debugging.fromNode(rank, message),
    output: async ({ chunks }) => {
      for (const { stream, text } of chunks) await job.print(rank, stream, text);
    },
    finished: (result) => job.nodeFinished(node, result),
    injectFault: (fault) => job.faults.inject(fault, 'program'),
    outOfMemory: (excess) => exceedMemory(job, node, excess),
  };
}
