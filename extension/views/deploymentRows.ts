/** What the rows of deployments and their replicas say, without the editor. */
import type { FoundDeployment } from '../../runtime/client';
import type { DeploymentPhase, ReplicaInfo, ReplicaState } from '../../runtime/protocol/deployment';
import { fileName } from '../debug/completeConfiguration';
import type { Row } from './rows';

const phases: Record<DeploymentPhase, string> = {
  steady: '',
  updating: 'updating',
  rollingBack: 'going back',
  ending: 'ending',
  gone: 'gone',
};

const icons: Record<ReplicaState, { icon: string; color?: string }> = {
  starting: { icon: 'loading~spin' },
  healthy: { icon: 'pass', color: 'charts.green' },
  unhealthy: { icon: 'warning', color: 'charts.orange' },
  stopping: { icon: 'debug-stop' },
  waiting: { icon: 'watch', color: 'charts.orange' },
};

/** The row of a deployment. */
export function deploymentRow({ name, info, problem }: FoundDeployment): Row {
  if (problem) {
    const lost = { icon: 'error', color: 'charts.red', context: 'deployment' };
    return {
      label: name,
      description: 'lost',
      tooltip: problem.message,
      ...lost,
      spoken: `deployment ${name}, lost`,
    };
  }
  const service = `${info.inService} of ${info.size} in service`;
  const version = short(info.version ?? info.next ?? '');
  const description = [phases[info.phase], service, version].filter(Boolean).join(' · ');
  const whole = info.phase === 'steady' && info.inService === info.size;
  return {
    label: name,
    description,
    tooltip: [
      `${fileName(info.program)} on ${info.cluster}, version ${info.version ?? 'none yet'}`,
      ...(info.next === undefined ? [] : [`Next version: ${info.next}`]),
      `${service}, at least ${info.minimum} during an update`,
    ].join('\n'),
    icon: info.phase === 'steady' ? 'rocket' : 'sync~spin',
    color: whole ? 'charts.green' : 'charts.orange',
    context: 'deployment',
    spoken: `deployment ${name}, ${description}`,
  };
}

/** The row of a replica. */
export function replicaRow({ rank, version, state, host, startedAtMs, restarts, reason }: ReplicaInfo): Row {
  const machine = host || 'no machine yet';
  const again = restarts === 0 ? [] : [`restarted ${restarts} ×`];
  const description = [state, short(version), machine, ...again].join(' · ');
  const lines = [
    `Replica ${rank} of version ${version}: ${state}`,
    `Machine: ${machine}`,
    `Started: ${new Date(startedAtMs).toLocaleString()}`,
    ...again,
    ...(reason === undefined || state === 'healthy' ? [] : ['', reason]),
  ];
  return {
    label: `replica ${rank}`,
    description,
    tooltip: lines.join('\n'),
    ...icons[state],
    context: 'replica',
    spoken: `replica ${rank}, ${description}`,
  };
}

/** A version as a row of a narrow side bar shows it; its tooltip has the whole. */
function short(version: string): string {
  return version.slice(0, 7);
}
