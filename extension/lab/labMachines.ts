/** The machines of the lab that announce themselves on the network, as long as somebody looks. */
import type { Browser } from '../../runtime/discovery';
import type { Disposable } from '../../runtime/core/disposable';
import { Emitter, type Event } from '../../runtime/core/emitter';
import type { FoundMachine } from '../../runtime/protocol/discovery';
import { LockstepError } from '../../runtime/protocol/errors';

/** What the machines need from the editor; a test hands in its own. */
export interface LabHost {
  /** Rejects with a LockstepError. */
  browse(): Promise<Browser>;
  /** Without trust in the workspace nothing is listened to. */
  isTrusted(): boolean;
}

/** How it stands; the manifest's welcome texts are told apart by these words. */
export type LabState =
  /** Nobody looks, or the workspace is not trusted. */
  | 'off'
  | 'noToken'
  | 'failed'
  /** Listening, and nobody is there. */
  | 'nobody'
  /** Nobody is there but machines with another token. */
  | 'otherToken'
  | 'found';

/** What went wrong may be mended meanwhile: a token was copied, a network came up. */
const retryMs = 3000;

export class LabMachines implements Disposable {
  private readonly changed = new Emitter<void>();
  private browser: Browser | undefined;
  private problem: LockstepError | undefined;
  private watched = false;
  /** Counts the beginnings and ends: who comes late from an earlier one is sent away. */
  private turn = 0;
  private timer: NodeJS.Timeout | undefined;

  /** A machine came, went or said something new, or the state is another. */
  readonly onChanged: Event<void> = this.changed.event;

  constructor(private readonly host: LabHost) {}

  /** By name. */
  get machines(): FoundMachine[] {
    return this.browser?.machines ?? [];
  }

  get state(): LabState {
    if (this.problem) return this.problem.code === 'noLabToken' ? 'noToken' : 'failed';
    if (!this.browser) return 'off';
    if (this.browser.machines.length > 0) return 'found';
    return this.browser.drops.unopened > 0 ? 'otherToken' : 'nobody';
  }

  /** Why nothing can be heard. */
  get failure(): LockstepError | undefined {
    return this.problem;
  }

  /** Listens from now on, or no longer. */
  watch(watched: boolean): void {
    if (watched === this.watched) return;
    this.watched = watched;
    this.restart();
  }

  /** Begins anew, where it listens: a setting, the token or the trust in the workspace has changed. */
  restart(): void {
    this.stop();
    if (this.watched && this.host.isTrusted()) void this.start(this.turn);
    this.changed.fire();
  }

  dispose(): void {
    this.watched = false;
    this.stop();
    this.changed.dispose();
  }

  private async start(turn: number): Promise<void> {
    try {
      const browser = await this.host.browse();
      if (turn !== this.turn) {
        browser.dispose();
        return;
      }
      this.browser = browser;
      this.problem = undefined;
      browser.onChanged(() => this.changed.fire());
    } catch (thrown) {
      if (turn !== this.turn) return;
      this.problem = LockstepError.from(thrown);
      this.timer = setTimeout(() => void this.start(turn), retryMs);
    }
    this.changed.fire();
  }

  private stop(): void {
    this.turn += 1;
    clearTimeout(this.timer);
    this.browser?.dispose();
    this.browser = undefined;
    this.problem = undefined;
  }
}
