import { maximumTag } from '../protocol/envelope';
import type { Leftovers } from '../protocol/messages';
import type { SourceLocation } from '../protocol/node';
import type { Site } from './operation';

/** So many kinds of messages are remembered. */
const remembered = 64;

interface SendSite {
  communicator: number;
  destination: number;
  tag: number;
  site: Site;
}

/**
 * Where the program sends its messages: of each communicator, destination and tag the place of the first, so that a
 * message which nobody receives can be told with its line. A send like the one before to its destination costs a
 * comparison.
 */
export class SendSites {
  private readonly sites = new Map<string, SendSite>();
  /** By destination: communicator and tag of the latest send, in one number. */
  private readonly latest: number[] = [];

  constructor(private readonly capture: (() => Site) | undefined) {}

  /** To be called at each send of the program. */
  note(communicator: number, destination: number, tag: number): void {
    const kind = communicator * (maximumTag + 1) + tag;
    if (this.latest[destination] === kind || this.capture === undefined) return;
    this.latest[destination] = kind;
    const key = `${destination} ${kind}`;
    if (this.sites.size < remembered && !this.sites.has(key)) {
      this.sites.set(key, { communicator, destination, tag, site: this.capture() });
    }
  }

  /** Where the first message of a communicator, destination and tag is sent. */
  placeOf(communicator: number, destination: number, tag: number): SourceLocation | undefined {
    return this.sites.get(`${destination} ${communicator * (maximumTag + 1) + tag}`)?.site();
  }

  /** The places, looked up. */
  located(): Leftovers['sends'] {
    return [...this.sites.values()].map(({ site, ...send }) => ({ ...send, at: site() }));
  }
}
