/** What the rows of deployments and their replicas say, without the editor. */
import type { FoundDeployment } from '../../runtime/client';
import type { DeploymentPhase, ReplicaInfo, ReplicaState } from '../../runtime/protocol/deployment';
import { formatDuration } from '../../webviews/shared/numberFormat';
import { fileName } from '../debug/completeConfiguration';
import type { Row } from './rows';

const phases: Record<DeploymentPhase, string> = {
  steady: 'deployed',
  updating: 'being updated',
  rollingBack: 'going back',
  ending: 'being undeployed',
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
  const description = [phases[info.phase], service, info.version ?? info.next ?? ''].join(' · ');
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

/** The row of a replica; `nowMs` tells how long it has run. */
export function replicaRow(replica: ReplicaInfo, nowMs: number): Row {
  const { rank, version, state, host, startedAtMs, restarts, reason } = replica;
  const again = restarts === 0 ? [] : [`restarted ${restarts} ×`];
  const description = [state, version, host, formatDuration(nowMs - startedAtMs), ...again].join(' · ');
  return {
    label: `replica ${rank}`,
    description,
    tooltip: [`Replica ${rank} of version ${version} on ${host}: ${state}`, ...again, reason ?? '']
      .join('\n')
      .trimEnd(),
    ...icons[state],
    context: 'replica',
    spoken: `replica ${rank}, ${description}`,
  };
}
