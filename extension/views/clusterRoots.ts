/** What the cluster tree holds, as plain data: clusters, their jobs where several run, their machines, their nodes. */
import type { TaskJobInfo } from '../../runtime/protocol/tasks';
import type { JobModel, JobRecord } from '../cluster/jobModel';
import { hasEnded } from '../cluster/jobModel';
import {
  taskElementId,
  type TaskElement,
  taskGroupElements,
  taskJobElements,
  taskParent,
} from './taskElements';

/** An element of the cluster tree. */
export type ClusterElement =
  | { type: 'cluster'; name: string }
  | { type: 'job'; cluster: string; job: string }
  /** A machine, with the nodes of a job that run on it; without a job, one that has no nodes. */
  | { type: 'host'; cluster: string; host: string; job?: string }
  | { type: 'node'; job: string; rank: number }
  | TaskElement;

/** The clusters to show: those with jobs or machines, and the chosen one once a coordinator is up. */
export function clusterElements(
  model: JobModel,
  chosen: string | undefined,
  coordinatorUp: boolean,
): ClusterElement[] {
  const names = new Set(model.jobs().map(({ job }) => job.cluster));
  for (const { cluster } of model.hosts()) names.add(cluster);
  if (names.size === 0 && coordinatorUp) names.add(chosen ?? 'local');
  return [...names].sort().map((name) => ({ type: 'cluster', name }));
}

/** The jobs of a cluster whose nodes are shown: those that run, else the newest one. */
export function shownJobs(model: JobModel, cluster: string): JobRecord[] {
  const jobs = model.jobs().filter(({ job }) => job.cluster === cluster);
  const running = jobs.filter(({ job }) => !hasEnded(job.state));
  return running.length > 0 ? running : jobs.slice(0, 1);
}

/** The elements below one, but tasks, which have to be asked for; a job stands between cluster and nodes only where several run. */
export function childElements(model: JobModel, element: ClusterElement): ClusterElement[] {
  switch (element.type) {
    case 'cluster': {
      const jobs = shownJobs(model, element.name);
      const [only] = jobs;
      if (jobs.length <= 1) return partElements(model, element.name, only?.job.id);
      return jobs.map(({ job }) => ({ type: 'job', cluster: element.name, job: job.id }));
    }
    case 'job':
      return partElements(model, element.cluster, element.job);
    case 'host':
      return nodeElements(model, element.job, element.host);
    case 'taskJob':
      return taskGroupElements(element.job, taskJob(model, element));
    case 'node':
    case 'taskGroup':
    case 'task':
    case 'moreTasks':
    case 'taskNote':
      return [];
  }
}

/** What the driver has told last of a job of tasks. */
export function taskJob(
  model: JobModel,
  { job, taskJob: id }: { job: string; taskJob: string },
): TaskJobInfo | undefined {
  return model.get(job)?.tasks?.board.jobs.find((each) => each.id === id);
}

/** What an element lies under; undefined for a cluster. */
export function parentElement(model: JobModel, element: ClusterElement): ClusterElement | undefined {
  if (element.type === 'cluster') return undefined;
  const above = isAboutTasks(element) ? taskParent(element) : undefined;
  if (above) return above;
  const { job } = element;
  const cluster =
    element.type === 'node' || isAboutTasks(element) ? model.get(element.job)?.job.cluster : element.cluster;
  if (cluster === undefined) return undefined;
  if (element.type === 'node' && model.hosts(cluster).length > 0) {
    const host = model.node(element.job, element.rank)?.host;
    if (host !== undefined) return { type: 'host', cluster, host, job };
  }
  if (element.type !== 'job' && job !== undefined && shownJobs(model, cluster).length > 1) {
    return { type: 'job', cluster, job };
  }
  return { type: 'cluster', name: cluster };
}

/** An element's id: the same element has the same one at every refresh. */
export function elementId(element: ClusterElement): string {
  switch (element.type) {
    case 'cluster':
      return `cluster ${element.name}`;
    case 'job':
      return `job ${element.job}`;
    case 'host':
      return `host ${element.host} of ${element.job ?? element.cluster}`;
    case 'node':
      return `node ${element.rank} of ${element.job}`;
    default:
      return taskElementId(element);
  }
}

const isAboutTasks = (element: ClusterElement): element is TaskElement =>
  /^task|^moreTasks/.test(element.type);

/** The jobs of tasks; and the machines of a cluster with machines of its own, each once, of any other cluster the nodes. */
function partElements(model: JobModel, cluster: string, job: string | undefined): ClusterElement[] {
  const tasks = job === undefined ? [] : taskJobElements(job, model.get(job)?.tasks?.board);
  return [...tasks, ...placeElements(model, cluster, job)];
}

function placeElements(model: JobModel, cluster: string, job: string | undefined): ClusterElement[] {
  const machines = model.hosts(cluster);
  if (machines.length === 0) return nodeElements(model, job);
  const used = job === undefined ? [] : model.nodes(job).map(({ host }) => host);
  const names = new Set([...used, ...machines.map(({ name }) => name)]);
  return [...names].map((host) => ({ type: 'host', cluster, host, job }));
}

/** The nodes of a job, on all machines or on one. */
function nodeElements(model: JobModel, job: string | undefined, host?: string): ClusterElement[] {
  if (job === undefined) return [];
  return model
    .nodes(job)
    .filter((node) => host === undefined || node.host === host)
    .map(({ rank }) => ({ type: 'node', job, rank }));
}
