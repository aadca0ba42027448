/** Deployments as text, for people. */
import type { FoundDeployment } from '../client';
import type { DeploymentInfo, ReplicaInfo } from '../protocol/deployment';

const heads = ['rank', 'version', 'state', 'host', 'age', 'restarts'];

/** A few lines about one deployment: how it is, and a table of its replicas. */
export function describeDeployment({ name, info, problem }: FoundDeployment, nowMs = Date.now()): string {
  if (problem) return `${name}: LOST\n  ${problem.message}\n`;
  const rows = [heads, ...info.replicas.map((replica) => row(replica, nowMs))];
  const widths = heads.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const table = rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const reasons = info.replicas.flatMap(({ rank, state, reason }) =>
    reason !== undefined && state !== 'healthy' ? [`replica ${rank}: ${reason}`] : [],
  );
  const lines = [...table, ...reasons].map((line) => `  ${line}\n`).join('');
  return `${headline(info)}\n  ${info.program} on ${info.cluster}\n${lines}`;
}

/** `airports: version 3f2a, 4 of 4 in service`. */
export function headline({ name, phase, version, next, inService, size, minimum }: DeploymentInfo): string {
  const service = `${inService} of ${size} in service`;
  const least = minimum < size ? ` (at least ${minimum})` : '';
  switch (phase) {
    case 'steady':
      return `${name}: version ${version ?? 'none'}, ${service}${least}`;
    case 'updating':
      return version === undefined
        ? `${name}: version ${next ?? ''} comes up, ${service}`
        : `${name}: version ${version} is being replaced by ${next ?? ''}, ${service}${least}`;
    case 'rollingBack':
      return version === undefined
        ? `${name}: version ${next ?? ''} failed and is stopped`
        : `${name}: version ${next ?? ''} failed, ${version} comes back, ${service}${least}`;
    case 'ending':
      return `${name}: is being undeployed`;
    case 'gone':
      return `${name}: is gone`;
  }
}

function row({ rank, version, state, host, startedAtMs, restarts }: ReplicaInfo, nowMs: number): string[] {
  return [String(rank), version, state, host, age(nowMs - startedAtMs), String(restarts)];
}

/** `12 s`, `3 min`, `5 h`, `9 d`. */
function age(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 2 * 3600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 48 * 3600 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}
