/** `lockstep dap`: the debug adapter on standard input and output, for editors other than VS Code. */
import { createRequire } from 'node:module';

export async function dap(): Promise<number> {
  // Beside this bundle, and only needed here.
  const adapter = createRequire(__filename)('./adapter.js') as {
    serveStandardStreams(): Promise<void>;
  };
  await adapter.serveStandardStreams();
  return 0;
}
