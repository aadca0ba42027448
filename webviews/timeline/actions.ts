import type { FromTimeline } from './contract';
import type { TimelineChoice } from './model';
import type { TimeWindow } from './timeWindow';

/** What the parts of the view can ask for. */
export interface Actions {
  choose(choice: TimelineChoice): void;
  send(message: FromTimeline): void;
  /** Selects an operation; a window that is given is moved so far that it shows it. */
  select(place: number | undefined, window?: TimeWindow): void;
  /** Opens the source line of an operation, if that is known. */
  openPlaceOf(place: number | undefined): void;
}
