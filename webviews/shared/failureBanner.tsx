import type { JobInfo } from '../../runtime/protocol/job';
import type { SourceLocation } from '../../runtime/protocol/node';
import { Icon } from './icons';
import { failedRank } from './jobs';
import { placeName } from './sourcePlace';

interface FailureBannerProps {
  job: JobInfo;
  /** Opens the line that failed, where the view can. */
  onOpen?(at: SourceLocation): void;
}

/** Why a job failed, in the runtime's own sentence; nothing for a job that did not. */
export function FailureBanner({ job, onOpen }: FailureBannerProps) {
  if (job.state !== 'failed' || !job.failure) return null;
  const { at, error, stack } = job.failure;
  const failed = failedRank(job);
  return (
    <section class="banner banner-error" aria-label="Why the job failed">
      <Icon name="cross" />
      <div class="banner-text">
        <h2>{failed === undefined ? 'The job failed' : `Node ${failed} failed`}</h2>
        <p class="banner-message" role="group" aria-label="Message" tabIndex={0}>
          {error.message}
        </p>
        {at && (
          <p>
            {onOpen ? (
              <button type="button" class="link" title={at.file} onClick={() => onOpen(at)}>
                {placeName(at)}
              </button>
            ) : (
              <span title={at.file}>{placeName(at)}</span>
            )}
          </p>
        )}
        {stack && (
          <details>
            <summary>Stack</summary>
            <pre role="group" aria-label="Stack" tabIndex={0}>
              {stack}
            </pre>
          </details>
        )}
      </div>
    </section>
  );
}
