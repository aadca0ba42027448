/** Reading `lockstep.json` for the lists of the editor; the coordinator checks it strictly when a job starts. */
import { parseCommentedJson } from '../../runtime/core/commentedJson';
import {
  type ClusterConfiguration,
  defaultConfiguration,
  nodeCount,
} from '../../runtime/protocol/configuration';

/** The clusters that a workspace names. */
export interface NamedClusters {
  /** The one taken when none is chosen. */
  default: string;
  clusters: { name: string; type: string; nodes?: number }[];
}

/** What holds without a `lockstep.json`. */
export function clustersWithoutFile(): NamedClusters {
  return namedClusters(defaultConfiguration.clusters, defaultConfiguration.default);
}

/** The clusters in the text of a `lockstep.json`; throws a SyntaxError where it is not JSON. */
export function parseClusters(text: string): NamedClusters {
  const value = parseCommentedJson(text);
  const { clusters, default: chosen } = isRecord(value) ? value : {};
  const known = isRecord(clusters) ? clusters : {};
  return namedClusters(known, typeof chosen === 'string' ? chosen : undefined);
}

/** What "Open Cluster Configuration" writes where there is no `lockstep.json`. */
export function initialConfigurationText(): string {
  const clusters: Record<string, ClusterConfiguration> = {
    local: { type: 'local', nodes: 4 },
    many: { type: 'local', nodes: 16, memoryMiB: 256 },
  };
  return `${JSON.stringify({ default: 'local', clusters }, undefined, 2)}\n`;
}

function namedClusters(clusters: object, chosen: string | undefined): NamedClusters {
  const entries = Object.entries(clusters).map(([name, value]) => {
    const { type } = isRecord(value) ? value : {};
    const nodes = isRecord(value) ? nodeCount(value as unknown as ClusterConfiguration) : Number.NaN;
    return {
      name,
      type: typeof type === 'string' ? type : 'unknown',
      nodes: Number.isInteger(nodes) ? nodes : undefined,
    };
  });
  return { default: chosen ?? entries[0]?.name ?? 'local', clusters: entries };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
