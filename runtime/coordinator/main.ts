/**
 * The coordinator process. Whoever started it talks to it over standard input and output; when that ends, however
 * it ends, so do its jobs and this process.
 */
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { Coordinator, type CoordinatorSettings } from './coordinator';

const settings = JSON.parse(process.env['LOCKSTEP_COORDINATOR'] ?? '{}') as CoordinatorSettings;
const coordinator = new Coordinator(settings);

const leave = () => void coordinator.close().finally(() => process.exit(0));
process.on('SIGTERM', leave).on('SIGINT', leave).on('SIGHUP', leave);
process.stdout.on('error', leave);
process.on('uncaughtException', (error) => {
  process.stderr.write(`lockstep: the coordinator failed: ${error.stack ?? error.message}\n`);
  leave();
});

const connection = createMessageConnection(
  new StreamMessageReader(process.stdin),
  new StreamMessageWriter(process.stdout),
);
coordinator.serve(connection, leave);
coordinator.listening.catch((error: Error) => {
  process.stderr.write(`lockstep: the run directory cannot be used: ${error.message}\n`);
  leave();
});
