import type { SourceLocation } from '../../runtime/protocol/node';
import type { FromTopology } from './contract';
import type { TopologyChoice } from './model';

/** What the parts of the view can ask for: the user's choices, and messages to the extension. */
export interface Actions {
  choose(choice: TopologyChoice): void;
  send(message: FromTopology): void;
  openSource(at: SourceLocation): void;
}
