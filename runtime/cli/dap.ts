/** `lockstep dap`: the debug adapter on standard input and output, for editors other than VS Code. */
import { join } from 'node:path';

export async function dap(): Promise<number> {
  // Beside this bundle, and only needed here.
  const { serveStandardStreams } = require(join(__dirname, 'adapter.js')) as {
    serveStandardStreams(): Promise<void>;
  };
  await serveStandardStreams();
  return 0;
}
