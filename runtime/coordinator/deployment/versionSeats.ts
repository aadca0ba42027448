import type { Seat } from '../../launch/nodeHost';
import { type Answers, declineAll } from '../../protocol/questions';

/** Nobody can be asked when a replica is started again; it goes where it can. */
const unattended: Answers = { ...declineAll, goOnWithout: () => Promise.resolve(true) };

/** Where the replicas of one version run. A machine that is lost is looked for again, and else done without. */
export class VersionSeats {
  private seats: readonly Seat[] = [];
  private asking: Promise<unknown> = Promise.resolve();

  constructor(private readonly ask: (answers: Answers) => Promise<Seat[]>) {}

  /** Finds the machines; rejects when they cannot be used. */
  async take(answers: Answers): Promise<void> {
    this.seats = await this.ask(answers);
  }

  hostOf(rank: number): string | undefined {
    return this.seats[rank]?.host.name;
  }

  /** Where this rank's replica is to be started now. */
  async at(rank: number): Promise<Seat> {
    // One after the other: two that ask at once would both connect to the same machine.
    const asked = this.asking.then(() => this.lookAgain(rank));
    this.asking = asked.catch(() => undefined);
    await asked;
    return this.seats[rank] as Seat;
  }

  private async lookAgain(rank: number): Promise<void> {
    if (this.seats[rank]?.host.reachable !== true) await this.take(unattended);
  }
}
