/** Node.js processes debugged one by one over their own inspectors: what a debugger for one process can do. */
import { spawn, type ChildProcess } from 'node:child_process';
import { CdpClient } from './cdpClient';

interface Paused {
  callFrames: object[];
}

/** A computation without end, as that of the busy nodes. */
const busyLoop = 'let x = 1;\nfor (;;) {\n  x = (x * 16807) % 2147483647;\n  x += 1;\n}';

export class PlainProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly inspector: CdpClient,
  ) {}

  static async start(): Promise<PlainProcess> {
    const child = spawn(process.execPath, ['--inspect=0', '-e', busyLoop], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const url = await new Promise<string>((resolve, reject) => {
      let text = '';
      child.stderr.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        const address = /ws:\/\/\S+/.exec(text);
        if (address) resolve(address[0]);
      });
      child.on('error', reject);
      child.on('close', () => reject(new Error(`node --inspect ended: ${text}`)));
    });
    const inspector = await CdpClient.connect(url);
    await inspector.request('Debugger.enable');
    return new PlainProcess(child, inspector);
  }

  /** Resolves once it stands and its stack is here. */
  async pause(): Promise<void> {
    await this.stopBy('Debugger.pause');
  }

  async stepOver(): Promise<void> {
    await this.stopBy('Debugger.stepOver');
  }

  async resume(): Promise<void> {
    await this.inspector.request('Debugger.resume');
  }

  stop(): void {
    this.inspector.close();
    this.child.kill('SIGKILL');
  }

  private async stopBy(method: string): Promise<void> {
    const paused = this.inspector.next<Paused>('Debugger.paused');
    const nudging = setInterval(() => this.inspector.nudge(), 1); // so that it is measured at its best
    await this.inspector.request(method);
    const { callFrames } = await paused;
    clearInterval(nudging);
    if (callFrames.length === 0) throw new Error('A process stopped without a stack.');
  }
}
