import type { ControlHandlers } from './clientSession';
import type { Job } from './job';
import { rollCall } from './rollCall';

/** The requests of the control API that look into a job as it runs: where its nodes are, and its tasks. */
export function lookRequests(
  find: (job: string) => Job,
): Pick<ControlHandlers, 'rollCall' | 'tasks' | 'explainTask' | 'cancelTasks' | 'retryTasks'> {
  return {
    rollCall: async ({ job }) =>
      rollCall(await Promise.all(find(job).nodes.map((node) => node.whereabouts()))),
    tasks: ({ job, ...question }) => find(job).tasks.list(question),
    explainTask: ({ job, ...question }) => find(job).tasks.ask('explain', question),
    cancelTasks: ({ job, ...question }) => find(job).tasks.ask('cancel', question),
    retryTasks: ({ job, ...question }) => find(job).tasks.ask('retry', question),
  };
}
