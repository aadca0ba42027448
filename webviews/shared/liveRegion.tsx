import { useEffect, useRef, useState } from 'preact/hooks';
import { queueAnnouncements, silence, speak } from './announcer';
import type { JobView } from './jobs';
import { announceNodes, type Announced } from './nodeAnnouncements';

/** Tells a screen reader what changes in a job, gathered and never more often than it can be heard. */
export function LiveRegion({ view, nowMs }: { view: JobView | undefined; nowMs: number }) {
  const announced = useRef<Announced | undefined>(undefined);
  const queue = useRef(silence);
  const [text, setText] = useState('');
  useEffect(() => {
    if (!view) return;
    const news = announceNodes(announced.current, view, nowMs);
    announced.current = news.announced;
    const said = speak(queueAnnouncements(queue.current, news.sentences), nowMs);
    queue.current = said.state;
    if (said.text !== undefined) setText(said.text);
  }, [view, nowMs]);
  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}
