/** What the cluster tree holds, as plain data: clusters, their jobs where several run, their nodes. */
import type { JobModel, JobRecord } from '../cluster/jobModel';
import { hasEnded } from '../cluster/jobModel';

/** An element of the cluster tree. */
export type ClusterElement =
  | { type: 'cluster'; name: string }
  | { type: 'job'; cluster: string; job: string }
  | { type: 'node'; job: string; rank: number };

/** The clusters to show: those with jobs, and the chosen one once a coordinator is up. */
export function clusterElements(
  model: JobModel,
  chosen: string | undefined,
  coordinatorUp: boolean,
): ClusterElement[] {
  const names = new Set(model.jobs().map(({ job }) => job.cluster));
  if (names.size === 0 && coordinatorUp) names.add(chosen ?? 'local');
  return [...names].sort().map((name) => ({ type: 'cluster', name }));
}

/** The jobs of a cluster whose nodes are shown: those that run, else the newest one. */
export function shownJobs(model: JobModel, cluster: string): JobRecord[] {
  const jobs = model.jobs().filter(({ job }) => job.cluster === cluster);
  const running = jobs.filter(({ job }) => !hasEnded(job.state));
  return running.length > 0 ? running : jobs.slice(0, 1);
}

/** The elements below one; a job stands between cluster and nodes only where several run. */
export function childElements(model: JobModel, element: ClusterElement): ClusterElement[] {
  switch (element.type) {
    case 'cluster': {
      const jobs = shownJobs(model, element.name);
      const [only] = jobs;
      if (only && jobs.length === 1) return nodeElements(model, only.job.id);
      return jobs.map(({ job }) => ({ type: 'job', cluster: element.name, job: job.id }));
    }
    case 'job':
      return nodeElements(model, element.job);
    case 'node':
      return [];
  }
}

/** What an element lies under; undefined for a cluster. */
export function parentElement(model: JobModel, element: ClusterElement): ClusterElement | undefined {
  if (element.type === 'cluster') return undefined;
  const cluster = model.get(element.job)?.job.cluster;
  if (cluster === undefined) return undefined;
  if (element.type === 'node' && shownJobs(model, cluster).length > 1) {
    return { type: 'job', cluster, job: element.job };
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
    case 'node':
      return `node ${element.rank} of ${element.job}`;
  }
}

function nodeElements(model: JobModel, job: string): ClusterElement[] {
  return model.nodes(job).map(({ rank }) => ({ type: 'node', job, rank }));
}
