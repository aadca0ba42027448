import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from '../shared/icons';
import { hasEnded, type JobView } from '../shared/jobs';
import {
  formatByteRate,
  formatBytes,
  formatCount,
  formatDuration,
  formatMessageRate,
  plural,
} from '../shared/numberFormat';
import { NodeMenu } from '../shared/nodeMenu';
import type { Place } from '../shared/rovingFocus';
import { fileName, placeName } from '../shared/sourcePlace';
import { stateLooks } from '../shared/stateLook';
import type { Actions } from './actions';
import { linkMenu } from './menus';
import { nodeTraffic, sumTraffic, topPeers, type Peer, type Traffic, type TrafficSum } from './traffic';
import { nodeWords, waitOf } from './waits';

interface DetailsProps {
  view: JobView;
  traffic: Traffic;
  /** The selected node; without one the details are about the job. */
  rank: number | undefined;
  nowMs: number;
  actions: Actions;
}

/** All that is known of the selected node, or of the job. */
export function Details(props: DetailsProps) {
  return props.rank !== undefined && props.view.nodes[props.rank] ? (
    <NodeDetails {...props} rank={props.rank} />
  ) : (
    <JobDetails {...props} />
  );
}

function NodeDetails({ view, traffic, rank, nowMs, actions }: DetailsProps & { rank: number }) {
  const node = view.nodes[rank];
  if (!node) return null;
  const { info } = node;
  const { choose, send, openSource } = actions;
  const job = view.job.id;
  const sums = nodeTraffic(traffic, rank, nowMs);
  const at = waitOf(node, view, Infinity)?.at;
  return (
    <section class="details node-details" aria-label={`Node ${rank}`}>
      <div class="details-head">
        <h2>Node {rank}</h2>
        <button
          type="button"
          class="icon-button"
          aria-label="Close"
          title="Close (Escape)"
          onClick={() => choose({ type: 'nodeSelected' })}
        >
          <Icon name="close" />
        </button>
      </div>
      <p class={`details-state state-${info.state}`}>
        <Icon name={stateLooks[info.state].icon} />
        <span>{nodeWords(node, view)}</span>
      </p>
      {at && (
        <p>
          at{' '}
          <button type="button" class="link" title={at.file} onClick={() => openSource(at)}>
            {placeName(at)}
          </button>
        </p>
      )}
      <div class="details-actions">
        <button type="button" class="button" onClick={() => send({ type: 'focusNode', job, rank })}>
          Focus Thread
        </button>
        <button
          type="button"
          class="button secondary"
          onClick={() => send({ type: 'showOutput', job, rank })}
        >
          Show Output
        </button>
      </div>
      <dl>
        <Fact name="Sent">
          <Flow sum={sums.out} />
        </Fact>
        <Fact name="Received">
          <Flow sum={sums.in} />
        </Fact>
        {info.host !== '' && <Fact name="Host">{info.host}</Fact>}
        {info.pid > 0 && <Fact name="Process">{String(info.pid)}</Fact>}
      </dl>
      <Peers view={view} rank={rank} peers={topPeers(traffic, rank, 5)} actions={actions} />
    </section>
  );
}

function JobDetails({ view, traffic, nowMs }: DetailsProps) {
  const { job, nodes } = view;
  const hostCount = new Set(nodes.map((node) => node.info.host).filter(Boolean)).size;
  return (
    <section class="details job-details" aria-label="Job">
      <h2>{job.id}</h2>
      <dl>
        <Fact name="Program">{fileName(job.program)}</Fact>
        <Fact name="Nodes">
          {hostCount > 1 ? `${job.size} on ${plural(hostCount, 'host')}` : String(job.size)}
        </Fact>
        <Fact name="Cluster">{job.cluster}</Fact>
        {job.endedAtMs !== undefined && (
          <Fact name="Took">{formatDuration(job.endedAtMs - job.startedAtMs)}</Fact>
        )}
        <Fact name="Messages">
          <Flow sum={sumTraffic(traffic.values(), nowMs)} />
        </Fact>
      </dl>
      {!hasEnded(job.state) && <p class="hint">Select a node to see what it is doing.</p>}
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Flow({ sum }: { sum: TrafficSum }) {
  return (
    <>
      <span class="number">{plural(sum.messages, 'message')},</span>{' '}
      <span class="number">{formatBytes(sum.bytes)}</span>
      {sum.messagesPerSecond > 0 && (
        <span class="rate">
          {formatMessageRate(sum.messagesPerSecond)} · {formatByteRate(sum.bytesPerSecond)}
        </span>
      )}
    </>
  );
}

interface PeersProps {
  view: JobView;
  rank: number;
  peers: readonly Peer[];
  actions: Actions;
}

/** With whom a node talks most; each link has a menu, the keyboard's way to cut it. */
function Peers({ view, rank, peers, actions }: PeersProps) {
  const [menu, setMenu] = useState<{ peer: number } & Place>();
  const most = peers[0];
  if (!most) return null;
  const items = menu ? linkMenu(view, rank, menu.peer, actions) : [];
  return (
    <>
      <table class="peers">
        <caption>Top peers</caption>
        <thead>
          <tr>
            <th scope="col">Node</th>
            <th scope="col">Sent</th>
            <th scope="col">Received</th>
            <th scope="col">Bytes</th>
          </tr>
        </thead>
        <tbody>
          {peers.map((peer) => (
            <tr key={peer.rank}>
              <th scope="row">
                {hasEnded(view.job.state) ? (
                  peer.rank
                ) : (
                  <button
                    type="button"
                    class="link"
                    aria-haspopup="menu"
                    aria-label={`${peer.rank}: faults on the link of node ${rank} and node ${peer.rank}`}
                    title="Faults on this link"
                    onClick={(event) => {
                      const { left, bottom } = event.currentTarget.getBoundingClientRect();
                      setMenu({ peer: peer.rank, x: left, y: bottom });
                    }}
                  >
                    {peer.rank}
                  </button>
                )}
              </th>
              <td>{formatCount(peer.sent)}</td>
              <td>{formatCount(peer.received)}</td>
              <td class="measured">
                <span
                  class="bar"
                  aria-hidden="true"
                  style={{ width: `${Math.max(2, (100 * peer.bytes) / Math.max(1, most.bytes))}%` }}
                />
                {formatBytes(peer.bytes)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {menu && items.length > 0 && (
        <NodeMenu
          label={`Link of node ${rank} and node ${menu.peer}`}
          x={menu.x}
          y={menu.y}
          items={items}
          onClose={() => setMenu(undefined)}
        />
      )}
    </>
  );
}
