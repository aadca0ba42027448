import type { JobInfo } from '../protocol/job';
import type { Client } from './client';

export interface FoundJob {
  job: JobInfo;
  /** Run directory of the job's coordinator. */
  runDirectory: string;
}

/** Every running job of this user on this machine, newest first. */
export declare function findJobs(): Promise<FoundJob[]>;

/** Connects to the coordinator of a run directory; disposing the client leaves the coordinator and its jobs alone. */
export declare function connect(runDirectory: string): Promise<Client>;
