import { describeFault, type LastingFault } from '../../runtime/protocol/faults';
import { Icon } from '../shared/icons';
import { hasEnded, type JobView } from '../shared/jobs';
import type { Actions } from './actions';

/** The faults in force, the newest first, each with its sign in the drawing and a button that ends it; after the end: those in force then. */
export function FaultBar({ view, actions }: { view: JobView; actions: Actions }) {
  const { active } = view.faults;
  if (active.length === 0) return null;
  const ended = hasEnded(view.job.state);
  const job = view.job.id;
  const counts = new Map<string, { fault: LastingFault; times: number }>();
  for (const fault of [...active].reverse()) {
    const words = describeFault(fault);
    counts.set(words, { fault, times: (counts.get(words)?.times ?? 0) + 1 });
  }
  return (
    <section class="faults" aria-label={ended ? 'Faults on purpose at the end' : 'Faults on purpose'}>
      <ul>
        {[...counts].map(([words, { fault, times }]) => (
          <li key={words}>
            <Sign fault={fault} />
            <span>
              {words}
              {times > 1 && ` (${times} times)`}{' '}
              {!ended && (
                <button
                  type="button"
                  class="link"
                  aria-label={`Heal: ${words}`}
                  onClick={() => actions.send({ type: 'healFaults', job, fault: words })}
                >
                  Heal
                </button>
              )}
            </span>
          </li>
        ))}
      </ul>
      {!ended && active.length > 1 && (
        <button type="button" class="link" onClick={() => actions.send({ type: 'healFaults', job })}>
          Heal All
        </button>
      )}
    </section>
  );
}

/** How a fault looks in the drawing. */
function Sign({ fault }: { fault: LastingFault }) {
  if ('node' in fault) return <Icon name="bolt" className="fault-sign" />;
  const isCut = fault.fault === 'cut';
  return (
    <svg
      class={`fault-sign ${isCut ? 'cut' : ''}`}
      viewBox="0 0 30 12"
      width="30"
      height="12"
      aria-hidden="true"
    >
      <path d="M1 6H29" class={isCut ? 'fault-line cut' : 'fault-line'} />
      {isCut && <path d="M11.5 2.5 18.5 9.5M18.5 2.5 11.5 9.5" class="fault-cross" />}
    </svg>
  );
}
