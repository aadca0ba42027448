import type { JoiningNode, NodesAnswer, NodesWish, ScaleAnswer, ScaleWish } from '../protocol/agentLink';
import { frameTypes } from '../core/framing';
import { handle, type MessageConnection, request } from '../transport/rpc';
import type { ControlFrame } from './channel';

/** The agent's part in a job that grows and shrinks: carries wishes and answers between coordinator and main thread. */
export class AgentScaling {
  private lastId = 0;
  private readonly open = new Map<number, (answer: ScaleAnswer) => void>();

  /** `peers` are the addresses of the nodes, by rank; those that join are added. */
  constructor(
    private readonly connection: MessageConnection,
    peers: string[],
    private readonly control: (frame: ControlFrame) => void,
  ) {
    handle(connection, 'joins', (joining: JoiningNode[]) => {
      for (const node of joining) {
        peers[node.rank] = node.peer;
        control({ type: 'joins', ...node });
      }
    });
    handle(connection, 'scale', (wish: ScaleWish) => this.ask(wish));
    connection.onNotification('retire', () => control({ type: 'retire' }));
  }

  /** What the driver says, as JSON: its wish for nodes, or what became of somebody else's. */
  told(type: typeof frameTypes.nodes | typeof frameTypes.scaled, body: Uint8Array): void {
    if (type === frameTypes.nodes) void this.wish(body);
    else this.answered(body);
  }

  /** Tells the coordinator which nodes the driver wants, and the driver what became of it. */
  private async wish(body: Uint8Array): Promise<void> {
    const wish = parse(body) as NodesWish;
    this.control({
      type: 'nodesAnswer',
      ...((await request(this.connection, 'nodes', wish)) as NodesAnswer),
    });
  }

  /** What became of somebody else's wish. */
  private answered(body: Uint8Array): void {
    const { id, ...answer } = parse(body) as ScaleAnswer & { id: number };
    this.open.get(id)?.(answer);
    this.open.delete(id);
  }

  /** Has the driver bring the job to another number of nodes; resolves with its answer. */
  private ask({ nodes }: ScaleWish): Promise<ScaleAnswer> {
    const id = (this.lastId += 1);
    this.control({ type: 'scale', id, nodes });
    return new Promise((resolve) => this.open.set(id, resolve));
  }
}

const parse = (body: Uint8Array): unknown => JSON.parse(Buffer.from(body).toString('utf8'));
