/** Checks what comes from a page before anything is done with it. */
import type { FromTimeline } from '../../webviews/timeline/contract';
import type { FromTopology } from '../../webviews/topology/contract';

/** A message of any of the views; the topology's are a superset of the metrics'. */
export type ViewMessage = FromTopology | FromTimeline;

/** The message, where it is one of the contract's; undefined for everything else. */
export function viewMessage(data: unknown): ViewMessage | undefined {
  if (!isRecord(data)) return undefined;
  switch (data.type) {
    case 'ready':
    case 'runProgram':
    case 'createSample':
      return { type: data.type };
    case 'focusNode':
    case 'showOutput':
    case 'injectFault': {
      const { type, job, rank } = data;
      return typeof job === 'string' && isIndex(rank) ? { type, job, rank } : undefined;
    }
    case 'selectJob':
    case 'exportTrace':
      return typeof data.job === 'string' ? { type: data.type, job: data.job } : undefined;
    case 'injectLinkFault':
    case 'cutLink': {
      const { type, job, from, to } = data;
      return typeof job === 'string' && isIndex(from) && isIndex(to) ? { type, job, from, to } : undefined;
    }
    case 'healFaults': {
      const { type, job, fault } = data;
      if (typeof job !== 'string') return undefined;
      return typeof fault === 'string'
        ? { type, job, fault }
        : fault === undefined
          ? { type, job }
          : undefined;
    }
    case 'openSource': {
      if (!isRecord(data.at)) return undefined;
      const { file, line, column } = data.at;
      const isPlace = typeof file === 'string' && isIndex(line) && isIndex(column);
      return isPlace ? { type: 'openSource', at: { file, line, column } } : undefined;
    }
    default:
      return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}
