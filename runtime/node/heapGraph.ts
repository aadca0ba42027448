/** A heap snapshot of V8, as a graph of objects. */

/** What `HeapProfiler.takeHeapSnapshot` writes, as far as it is read here: rows of numbers, and their columns' names. */
export interface HeapSnapshot {
  snapshot: { meta: { node_fields: string[]; edge_fields: string[]; edge_types: [string[], ...unknown[]] } };
  nodes: number[];
  edges: number[];
  strings: string[];
}

/** A reference from one object to another: a named one has its name, any other its number. */
export interface HeapEdge {
  type: string;
  name: string;
  to: number;
}

/** Objects are told apart by their number in the snapshot. */
export class HeapGraph {
  private readonly width: number;
  private readonly columns: Record<'name' | 'id' | 'edge_count', number>;
  private readonly firstEdge: Uint32Array;

  constructor(private readonly heap: HeapSnapshot) {
    const { node_fields: fields } = heap.snapshot.meta;
    this.width = fields.length;
    this.columns = {
      name: fields.indexOf('name'),
      id: fields.indexOf('id'),
      edge_count: fields.indexOf('edge_count'),
    };
    this.firstEdge = new Uint32Array(this.size);
    let edges = 0;
    for (let object = 0; object < this.size; object += 1) {
      this.firstEdge[object] = edges;
      edges += this.column(object, 'edge_count');
    }
  }

  get size(): number {
    return this.heap.nodes.length / this.width;
  }

  /** The name of its class, for most objects. */
  nameOf(object: number): string {
    return this.heap.strings[this.column(object, 'name')] ?? '';
  }

  /** The id by which the inspector knows it. */
  idOf(object: number): string {
    return String(this.column(object, 'id'));
  }

  edgesOf(object: number): HeapEdge[] {
    const { edges, strings, snapshot } = this.heap;
    const { edge_fields: fields, edge_types: types } = snapshot.meta;
    const [type, name, to] = ['type', 'name_or_index', 'to_node'].map((field) => fields.indexOf(field));
    return Array.from({ length: this.column(object, 'edge_count') }, (_, i) => {
      const row = ((this.firstEdge[object] as number) + i) * fields.length;
      const at = (column: number | undefined): number => edges[row + (column ?? 0)] ?? 0;
      const kind = types[0][at(type)] ?? '';
      const isNumbered = kind === 'element' || kind === 'hidden';
      return {
        type: kind,
        name: isNumbered ? String(at(name)) : (strings[at(name)] ?? ''),
        to: at(to) / this.width,
      };
    });
  }

  private column(object: number, name: 'name' | 'id' | 'edge_count'): number {
    return this.heap.nodes[object * this.width + this.columns[name]] as number;
  }
}
