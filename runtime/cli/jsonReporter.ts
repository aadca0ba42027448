/** For programs: one JSON object a line, the last of type `finished`. */
import type { ClusterEvent } from '../protocol/events';
import type { Reporter } from './reporter';

export function jsonReporter(): Reporter {
  return {
    events: [
      'jobChanged',
      'nodeChanged',
      'hostChanged',
      'output',
      'metrics',
      'traffic',
      'faultInjected',
      'tasksChanged',
      'jobScaled',
    ],
    event: (event) => rows(event).forEach(print),
    traced: (trace) => print({ type: 'trace', ...trace }),
    resumes: ({ failure, ...rest }) => print({ type: 'resumes', ...rest, ...failure }),
    finished: ({ ok, failure, durationMs, resume }) =>
      print({ type: 'finished', ok, durationMs, ...failure, resume }),
  };
}

function print(row: object): void {
  const { type, ...rest } = row as { type: string };
  process.stdout.write(`${JSON.stringify({ type, timeMs: Date.now(), ...rest })}\n`);
}

function rows(event: ClusterEvent): object[] {
  switch (event.type) {
    case 'output':
      return event.text
        .split('\n')
        .map((text) => ({ type: 'output', node: event.rank, stream: event.stream, text }));
    case 'nodeChanged': {
      const { rank, ...node } = event.node;
      return [{ type: 'node', node: rank, ...node }];
    }
    case 'jobChanged':
      return [{ type: 'job', ...event.job }];
    case 'metrics':
      return event.nodes.map(({ rank, ...metrics }) => ({
        type: 'metrics',
        timeMs: event.timeMs,
        node: rank,
        ...metrics,
      }));
    case 'traffic':
      return [event];
    case 'tasksChanged': {
      const { board, ...rest } = event;
      return [{ ...rest, type: 'tasks', ...board }];
    }
    case 'faultInjected': {
      const { job, timeMs, by, ended, fault } = event;
      return [{ type: 'fault', job, atMs: timeMs, by, ended, ...fault }];
    }
    case 'jobScaled': {
      const { timeMs, ...change } = event;
      return [{ ...change, type: 'scaled', atMs: timeMs }];
    }
    case 'hostChanged': {
      const { name, ...host } = event.host;
      return [{ type: 'host', host: name, ...host }];
    }
    case 'deploymentChanged':
      return [event];
    case 'clockChanged':
    case 'deadlockFound':
    case 'operations':
      return [];
  }
}
