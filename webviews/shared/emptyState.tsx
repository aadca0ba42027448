interface EmptyStateProps {
  /** What will be seen here once there is a job. */
  promise: string;
  onRun(): void;
  onCreateSample(): void;
}

/** What a view shows while there is no job: what it is for and how to get one. */
export function EmptyState({ promise, onRun, onCreateSample }: EmptyStateProps) {
  return (
    <div class="empty">
      <svg class="empty-picture" viewBox="0 0 120 120" aria-hidden="true">
        <path d="M60 22A38 38 0 1 1 59.9 22" class="empty-ring" />
        <circle cx="60" cy="22" r="13" />
        <circle cx="98" cy="60" r="13" />
        <circle cx="60" cy="98" r="13" />
        <circle cx="22" cy="60" r="13" />
        <g class="empty-dots">
          <circle cx="86.9" cy="33.1" r="3.5" />
          <circle cx="86.9" cy="86.9" r="3.5" />
          <circle cx="33.1" cy="86.9" r="3.5" />
          <circle cx="33.1" cy="33.1" r="3.5" />
        </g>
      </svg>
      <h1>No job yet</h1>
      <p>{promise}</p>
      <p>
        Open a file whose default export is <code>spmd(…)</code> and press <kbd>F5</kbd>.
      </p>
      <div class="empty-actions">
        <button type="button" class="button" onClick={onRun}>
          Run Program
        </button>
        <button type="button" class="button secondary" onClick={onCreateSample}>
          Create Sample Workspace
        </button>
      </div>
    </div>
  );
}
