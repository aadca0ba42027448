/** What the row of a machine says. */
import { describeHost, type HostInfo, type HostState } from '../../runtime/protocol/host';
import { formatDuration, formatMemory, plural } from '../../webviews/shared/numberFormat';
import type { Row } from './rows';

const icons: Record<HostState, Pick<Row, 'icon' | 'color'>> = {
  waiting: { icon: 'watch', color: 'charts.orange' },
  connecting: { icon: 'loading~spin' },
  uploading: { icon: 'cloud-upload' },
  starting: { icon: 'loading~spin' },
  ready: { icon: 'vm-active', color: 'charts.green' },
  unreachable: { icon: 'debug-disconnect', color: 'charts.orange' },
  lost: { icon: 'error', color: 'charts.red' },
  failed: { icon: 'error', color: 'charts.red' },
  closed: { icon: 'vm-outline' },
};

const mebibytes = (count: number): string => formatMemory(count * 2 ** 20);

/** The row of a machine of a cluster; one of which nothing is told is the one that the editor's nodes run on. */
export function hostRow(name: string, host: HostInfo | undefined): Row {
  if (!host) {
    const description = 'this machine';
    const tooltip = `${name}: the machine that runs the coordinator`;
    return {
      label: name,
      description,
      tooltip,
      icon: 'vm',
      context: 'host',
      spoken: `host ${name}, ${description}`,
    };
  }
  const { facts, load, state, reason } = host;
  const phrase = describeHost(host);
  const isUp = state === 'ready';
  const figures = [
    facts && `${plural(facts.cores, 'core')}`,
    isUp && load && `load ${load.load.toFixed(1)}`,
    isUp && load && formatDuration(load.roundTripMs),
    facts && (isUp && load ? `${mebibytes(load.freeMemoryMiB)} free` : mebibytes(facts.memoryMiB)),
    facts && `Node ${facts.nodeVersion}`,
  ].filter((figure) => typeof figure === 'string');
  const lines = [
    `${name} of cluster ${host.cluster}: ${phrase}`,
    ...(reason === undefined ? [] : [reason]),
    ...(facts
      ? [
          `Cores: ${facts.cores}${load ? `, load ${load.load.toFixed(2)}` : ''}`,
          `Memory: ${mebibytes(facts.memoryMiB)}${load ? `, ${mebibytes(load.freeMemoryMiB)} free` : ''}`,
          `Node.js ${facts.nodeVersion} on ${facts.platform} ${facts.arch}`,
        ]
      : []),
    ...(isUp && load ? [`Round trip: ${formatDuration(load.roundTripMs)}`] : []),
  ];
  return {
    label: name,
    description: (isUp ? figures : [phrase, ...(state === 'unreachable' ? [] : figures)]).join(' · '),
    tooltip: lines.join('\n'),
    ...icons[state],
    context: `host ${state}`,
    spoken: [`host ${name}`, phrase, ...figures].join(', '),
  };
}
