import type { Health } from '../../protocol/service';

/** So many checks in a row make a replica healthy, or unhealthy: one that flickers changes nothing. */
const inARow = 3;

/** Turns checks into verdicts. */
export class HealthJudge {
  private good = 0;
  private bad = 0;
  private healthy = false;
  /** What the last check that went wrong said. */
  reason = 'it has not answered yet';

  /** The verdict, where this check changes it. */
  judge({ healthy, reason }: Health): 'healthy' | 'unhealthy' | undefined {
    this.good = healthy ? this.good + 1 : 0;
    this.bad = healthy ? 0 : this.bad + 1;
    if (!healthy) this.reason = reason ?? 'it said so';
    if (!this.healthy && this.good >= inARow) {
      this.healthy = true;
      return 'healthy';
    }
    if (this.healthy && this.bad >= inARow) {
      this.healthy = false;
      return 'unhealthy';
    }
    return undefined;
  }
}
