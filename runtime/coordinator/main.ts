/**
 * The coordinator process. Whoever started it talks to it over standard input and output; when that ends, however
 * it ends, so do its jobs and this process. One that serves a deployment is detached instead.
 */
import { overStreams } from '../transport/rpc';
import { Coordinator } from './coordinator';
import type { CoordinatorSettings } from './coordinatorSettings';
import { serveDeployment } from './detached';

const settings = JSON.parse(process.env['LOCKSTEP_COORDINATOR'] ?? '{}') as CoordinatorSettings;
if (settings.authorities !== undefined) process.env['NODE_EXTRA_CA_CERTS'] = settings.authorities;
if (settings.deployment) void serveDeployment(settings, settings.deployment.name);
else serveStarter();

function serveStarter(): void {
  const coordinator = new Coordinator(settings);
  const leave = () => void coordinator.close().finally(() => process.exit(0));
  // Ctrl+\ in the terminal asks whoever started this process for a roll call.
  process.on('SIGQUIT', () => undefined);
  process.on('SIGTERM', leave).on('SIGINT', leave).on('SIGHUP', leave);
  process.stdout.on('error', leave);
  process.on('uncaughtException', (error) => {
    process.stderr.write(`lockstep: the coordinator failed: ${error.stack ?? error.message}\n`);
    leave();
  });
  coordinator.serve(overStreams(process.stdin, process.stdout), true, leave);
  coordinator.listening.catch((error: Error) => {
    process.stderr.write(`lockstep: the run directory cannot be used: ${error.message}\n`);
    leave();
  });
}
