import type { ComponentChildren } from 'preact';
import type { JobInfo, JobState } from '../../runtime/protocol/job';
import { Icon, type IconName } from './icons';
import type { JobView, Jobs } from './jobs';
import { fileName } from './sourcePlace';

const jobLooks: Record<JobState, { icon: IconName; className: string }> = {
  starting: { icon: 'ellipsis', className: 'state-starting' },
  running: { icon: 'play', className: 'state-running' },
  stopping: { icon: 'ellipsis', className: 'state-starting' },
  succeeded: { icon: 'check', className: 'state-running' },
  failed: { icon: 'cross', className: 'state-failed' },
  stopped: { icon: 'close', className: 'state-done' },
};

interface JobHeaderProps {
  jobs: Jobs;
  shown: JobView;
  clockStands: boolean;
  onPick(job: string): void;
  /** The view's own controls. */
  children: ComponentChildren;
}

/** The top of a view: which job is shown and how it is doing, and the view's controls. */
export function JobHeader({ jobs, shown, clockStands, onPick, children }: JobHeaderProps) {
  const { job } = shown;
  const look = jobLooks[job.state];
  return (
    <header class="job-header">
      <div class="job-title">
        <JobName jobs={jobs} job={job} onPick={onPick} />
        <span class={`chip ${look.className}`}>
          <Icon name={look.icon} />
          {job.state}
        </span>
        {clockStands && job.state === 'running' && (
          <span
            class="chip state-paused"
            title="The cluster's clock stands while a node is paused: no timeout runs."
          >
            <Icon name="clock" />
            clock stands
          </span>
        )}
      </div>
      <div class="job-controls">{children}</div>
    </header>
  );
}

function JobName({ jobs, job, onPick }: { jobs: Jobs; job: JobInfo; onPick(job: string): void }) {
  if (jobs.byId.size <= 1) return <h1 title={job.program}>{fileName(job.program)}</h1>;
  const newestFirst = [...jobs.byId.values()].sort((a, b) => b.job.startedAtMs - a.job.startedAtMs);
  return (
    <h1>
      <select
        aria-label="Job"
        title={job.program}
        value={job.id}
        onChange={(event) => onPick(event.currentTarget.value)}
      >
        {newestFirst.map((each) => (
          <option key={each.job.id} value={each.job.id} selected={each.job.id === job.id}>
            {`${fileName(each.job.program)} · ${each.job.id} · ${each.job.state}`}
          </option>
        ))}
      </select>
    </h1>
  );
}
