/**
 * A machine of an allocation: each command is a step of one task by `srun`, whose standard streams Slurm carries. Steps
 * overlap: each may use all that the allocation has on the machine.
 */
import { Emitter } from '../../core/emitter';
import type { LockstepError } from '../../protocol/errors';
import { beginCommand, type RemoteHost, type RemoteProcess, type UploadFile, uploadFiles } from '../remote';
import type { SlurmSite } from './slurmSite';

export class SrunHost implements RemoteHost {
  private readonly closed = new Emitter<LockstepError>();
  readonly onClosed = this.closed.event;
  readonly runner: string;

  constructor(
    readonly name: string,
    private readonly job: string,
    private readonly site: SlurmSite,
    gone: Promise<LockstepError>,
  ) {
    this.runner = `srun --nodelist=${name}`;
    void gone.then((error) => this.closed.fire(error));
  }

  exec(command: string): Promise<RemoteProcess> {
    return beginCommand(this.name, command, (line) => this.step(line));
  }

  upload(directory: string, files: UploadFile[], onProgress: (bytes: number) => void): Promise<void> {
    return uploadFiles(this, directory, files, onProgress);
  }

  /** Steps end with what they run, and all of them with the allocation. */
  dispose(): void {
    this.closed.dispose();
    this.site.dispose();
  }

  private step(line: string): Promise<RemoteProcess> {
    const options = [
      `--jobid=${this.job}`,
      `--nodelist=${this.name}`,
      ...['--nodes=1', '--ntasks=1', '--overlap', '--mem=0', '--cpu-bind=none', '--chdir=/'],
      // Otherwise Slurm holds back what has no newline yet.
      '--unbuffered',
    ];
    return this.site.start('srun', [...options, '/bin/sh', '-c', line]);
  }
}
