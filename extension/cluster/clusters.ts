/**
 * The editor's coordinators: one a workspace folder, started on first use and started anew after it was lost, and
 * those of jobs that were attached to. Everything that starts a process for the extension goes through here.
 */
import type { Client } from '../../runtime/client';
import type { Disposable } from '../../runtime/core/disposable';
import { Emitter, type Event } from '../../runtime/core/emitter';
import { LockstepError } from '../../runtime/protocol/errors';
import type { ClusterEventType } from '../../runtime/protocol/events';
import type { JobSnapshot } from '../../runtime/protocol/job';
import { JobModel } from './jobModel';
import { qualify, qualifyEvent, qualifySnapshot } from './jobNames';

/** What the clusters need from the editor; a test hands in its own. */
export interface ClusterHost {
  /** Starts a coordinator whose clusters `folder/lockstep.json` names. */
  startCoordinator(folder: string): Promise<Client>;
  connect(runDirectory: string): Promise<Client>;
  /** Without trust in the workspace nothing is started. */
  isTrusted(): boolean;
  outputBytesPerSecond(): number;
}

/** A coordinator that the editor is connected to. */
interface Connection {
  client: Client;
  runDirectory: string;
  /** Sets its jobs' ids apart from those of others; see jobNames.ts. */
  label: string;
  /** Names of the machines that it told of. */
  hosts: Set<string>;
}

const events: ClusterEventType[] = [
  'jobChanged',
  'nodeChanged',
  'output',
  'metrics',
  'traffic',
  'hostChanged',
  'clockChanged',
  'faultInjected',
  'tasksChanged',
];

/** Connections by workspace folder or run directory, and the one model that they feed. */
export class Clusters implements Disposable {
  readonly model = new JobModel();
  private readonly connections = new Map<string, Promise<Connection>>();
  private readonly open = new Set<Connection>();
  private readonly lost = new Emitter<LockstepError>();
  private readonly changed = new Emitter<void>();
  /** How many want to see operations. */
  private watchers = 0;

  /** A coordinator is gone without having been stopped. */
  readonly onLost: Event<LockstepError> = this.lost.event;
  /** A connection was opened or closed. */
  readonly onChanged: Event<void> = this.changed.event;

  constructor(private readonly host: ClusterHost) {}

  /** Whether a coordinator is up. */
  get running(): boolean {
    return this.open.size > 0;
  }

  /** Run directory of the coordinator of a workspace folder, started if it is not up; rejects with a LockstepError. */
  async runDirectory(folder: string): Promise<string> {
    return (await this.connection(folder, () => this.host.startCoordinator(folder))).runDirectory;
  }

  /** Takes in the jobs of a coordinator that something else started, until it is gone. */
  async connect(runDirectory: string): Promise<void> {
    if ([...this.open].some((connection) => connection.runDirectory === runDirectory)) return;
    await this.connection(runDirectory, () => this.host.connect(runDirectory));
  }

  /** The id within the editor of a job of this coordinator. */
  nameOf(runDirectory: string, job: string): string {
    for (const connection of this.open) {
      if (connection.runDirectory === runDirectory) return qualify(job, connection.label);
    }
    return job;
  }

  /** The coordinator of a job and the id that it knows the job by. */
  find(job: string): { client: Client; job: string } {
    const connection = [...this.open].find(({ label }) => label === labelOf(job));
    if (!connection) throw new LockstepError('unknownJob', { job, known: this.knownJobs() });
    return { client: connection.client, job: job.replace(/ \(.*\)$/, '') };
  }

  /** Jobs are recorded until the returned object is disposed. */
  watchOperations(): Disposable {
    this.watchers += 1;
    if (this.watchers === 1) this.subscribeAgain();
    let disposed = false;
    return {
      dispose: () => {
        if (disposed) return;
        disposed = true;
        this.watchers -= 1;
        if (this.watchers === 0) this.subscribeAgain();
      },
    };
  }

  /** The bound on output was set anew: holds from now on. */
  limitChanged(): void {
    this.subscribeAgain();
  }

  /** Ends every coordinator that the editor started, and their jobs with them; leaves the others alone. */
  stop(): void {
    for (const pending of this.connections.values()) {
      void pending.then(
        (connection) => this.close(connection),
        () => undefined, // whoever asked for it has been told
      );
    }
    this.connections.clear();
    for (const connection of [...this.open]) this.close(connection);
  }

  dispose(): void {
    this.stop();
    this.lost.dispose();
    this.changed.dispose();
  }

  private async connection(key: string, start: () => Promise<Client>): Promise<Connection> {
    if (!this.host.isTrusted()) throw new LockstepError('restrictedMode');
    let pending = this.connections.get(key);
    if (!pending) {
      pending = this.start(key, start);
      this.connections.set(key, pending);
      pending.catch(() => this.connections.delete(key));
    }
    return pending;
  }

  private async start(key: string, start: () => Promise<Client>): Promise<Connection> {
    const client = await start();
    const { runDirectory } = await client.request('info', {});
    const connection: Connection = { client, runDirectory, label: this.freeLabel(), hosts: new Set() };
    this.model.remove((job) => labelOf(job.id) === connection.label);
    this.open.add(connection);
    client.onEvent((event) => {
      if (event.type === 'hostChanged') connection.hosts.add(event.host.name);
      this.model.apply(qualifyEvent(event, connection.label));
    });
    client.onClosed((error) => {
      this.connections.delete(key);
      this.close(connection, error);
      this.lost.fire(error);
    });
    const snapshots = await this.subscribe(client);
    this.model.add(snapshots.map((snapshot) => qualifySnapshot(snapshot, connection.label)));
    this.changed.fire();
    return connection;
  }

  private subscribe(client: Client): Promise<JobSnapshot[]> {
    const wanted: ClusterEventType[] = this.watchers > 0 ? [...events, 'operations'] : events;
    return client.request('subscribe', {
      events: wanted,
      outputBytesPerSecond: this.host.outputBytesPerSecond(),
    });
  }

  private subscribeAgain(): void {
    for (const { client } of this.open) void this.subscribe(client).catch(() => undefined); // onClosed tells
  }

  private close(connection: Connection, error?: LockstepError): void {
    if (!this.open.delete(connection)) return;
    this.model.endAll((job) => labelOf(job.id) === connection.label, Date.now(), error?.toWire());
    this.model.forgetHosts(connection.hosts);
    connection.client.dispose();
    this.changed.fire();
  }

  private freeLabel(): string {
    const taken = new Set([...this.open].map(({ label }) => label));
    if (!taken.has('')) return '';
    for (let number = 2; ; number += 1) if (!taken.has(`cluster ${number}`)) return `cluster ${number}`;
  }

  private knownJobs(): string {
    const running = this.model.running().map(({ job }) => job.id);
    return running.length > 0 ? running.join(', ') : 'none';
  }
}

function labelOf(job: string): string {
  return / \((.*)\)$/.exec(job)?.[1] ?? '';
}
