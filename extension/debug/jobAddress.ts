/** A job and its coordinator as one string: what `${command:PickJob}` puts into a configuration. */
export interface JobAddress {
  job: string;
  runDirectory?: string;
}

/** `job-1@/run/of/the/coordinator` */
export function formatJobAddress({ job, runDirectory }: JobAddress): string {
  return runDirectory === undefined ? job : `${job}@${runDirectory}`;
}

/** The job and, where it is named, the coordinator. */
export function parseJobAddress(text: string): JobAddress {
  const at = text.indexOf('@');
  return at < 0 ? { job: text } : { job: text.slice(0, at), runDirectory: text.slice(at + 1) };
}
