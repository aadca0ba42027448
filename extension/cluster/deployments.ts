import type { FoundDeployment } from '../../runtime/client';
import type { DeploymentInfo } from '../../runtime/protocol/deployment';
import type { Disposable } from '../../runtime/core/disposable';
import { Emitter } from '../../runtime/core/emitter';

const lookMs = 2000;

export interface DeploymentsOptions {
  /** Whether there may be any; cheap. */
  any(): boolean;
  find(): Promise<FoundDeployment[]>;
  isTrusted(): boolean;
}

/** The user's deployments as the editor knows them. They are looked at while they are shown, and not otherwise. */
export class Deployments implements Disposable {
  private readonly changed = new Emitter<undefined>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private found: FoundDeployment[] = [];
  private shown = false;

  /** Something is not as it was. */
  readonly onChanged = this.changed.event;

  constructor(private readonly options: DeploymentsOptions) {}

  list(): readonly FoundDeployment[] {
    return this.found;
  }

  get(name: string): FoundDeployment | undefined {
    return this.found.find((each) => each.name === name);
  }

  /** To be called when they come into sight, or go out of it. */
  setShown(shown: boolean): void {
    if (shown === this.shown) return;
    this.shown = shown;
    if (shown) void this.look();
    else clearTimeout(this.timer);
  }

  /** Looks at them now, after whoever looks already: what is found last is the newest. */
  look(): Promise<void> {
    this.looking = this.looking.then(() => this.lookOnce());
    return this.looking;
  }

  /** What its coordinator has just told of one, ahead of the next look. */
  told(info: DeploymentInfo): void {
    const { name } = info;
    const others = this.found.filter((each) => each.name !== name);
    this.replace([...others, { name, info }].sort((a, b) => (a.name < b.name ? -1 : 1)));
  }

  private async lookOnce(): Promise<void> {
    const { any, find, isTrusted } = this.options;
    const found = isTrusted() && any() ? await find().catch(() => this.found) : [];
    clearTimeout(this.timer);
    if (this.shown) this.timer = setTimeout(() => void this.look(), lookMs);
    this.replace(found);
  }

  private replace(found: FoundDeployment[]): void {
    if (JSON.stringify(found) === JSON.stringify(this.found)) return;
    this.found = found;
    this.changed.fire(undefined);
  }

  dispose(): void {
    this.setShown(false);
  }
}
