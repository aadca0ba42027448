import { type FoundMachine, formatLabels } from '../../runtime/protocol/discovery';
import { formatMemory, plural } from '../../webviews/shared/numberFormat';
import type { Row } from '../views/rows';

const mebibyte = 2 ** 20;

/** The row of a machine that was found on the network. */
export function machineRow({ name, state, host, ssh, resources, labels }: FoundMachine): Row {
  const { cores, memoryMiB, freeMemoryMiB, load, nodeVersion, platform } = resources;
  const memory = formatMemory(memoryMiB * mebibyte);
  const size = [plural(cores, 'core'), memory, `load ${load.toFixed(1)}`];
  const suspect = state === 'suspect';
  // What it is told apart by comes first: a narrow side bar cuts off the end.
  const said = [suspect && 'silent', formatLabels(labels), ...size].filter(Boolean);
  const lines = [
    `${name}: ${suspect ? 'has not been heard of for a while' : 'on the network'}`,
    `Reached over SSH: ${ssh.user ? `${ssh.user}@` : ''}${host}${ssh.port === 22 ? '' : ` port ${ssh.port}`}`,
    `Cores: ${cores}, load ${load.toFixed(2)}`,
    `Memory: ${formatMemory(freeMemoryMiB * mebibyte)} free of ${memory}`,
    `Node.js ${nodeVersion} on ${platform}`,
    ...Object.entries(labels).map(([label, value]) => `${label}: ${value}`),
  ];
  return {
    label: name,
    description: said.join(' · '),
    tooltip: lines.join('\n'),
    icon: suspect ? 'question' : 'vm',
    ...(suspect && { color: 'charts.orange' }),
    context: 'machine',
    spoken: [`machine ${name}`, ...said].join(', '),
  };
}
