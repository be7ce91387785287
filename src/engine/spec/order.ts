/** A directed graph by position: `parents[i]` are the nodes that node `i` reads. */
export type Parents = readonly (readonly number[])[];

export interface Order {
  /** Every node after its parents; nodes in or behind a cycle are left out. */
  readonly sorted: readonly number[];
  /** One cycle per knot, as nodes that each read the next (the last reads the first). */
  readonly cycles: readonly (readonly number[])[];
}

/** Topological order and cycles, without recursion: chains may be long. Linear in nodes and edges. */
export function orderOf(parents: Parents): Order {
  const children: number[][] = parents.map(() => []);
  const waiting = parents.map((list) => list.length);
  for (const [node, list] of parents.entries())
    for (const parent of list) children[parent]?.push(node);
  const sorted: number[] = [];
  for (const [node, count] of waiting.entries()) if (count === 0) sorted.push(node);
  for (const node of sorted) {
    for (const child of children[node] ?? []) {
      const left = (waiting[child] ?? 0) - 1;
      waiting[child] = left;
      if (left === 0) sorted.push(child);
    }
  }
  return { sorted, cycles: cyclesOf(parents, waiting) };
}

/**
 * Walks back from every node that is still waiting, always to a waiting parent: such a walk never
 * ends, so it meets itself, and the part since is a cycle. A node is walked over once.
 */
function cyclesOf(parents: Parents, waiting: readonly number[]): readonly (readonly number[])[] {
  const cycles: (readonly number[])[] = [];
  const walk = new Int32Array(parents.length).fill(-1);
  for (const [start, count] of waiting.entries()) {
    if (count === 0 || walk[start] !== -1) continue;
    const path: number[] = [];
    let node: number | undefined = start;
    while (node !== undefined && walk[node] === -1) {
      walk[node] = start;
      path.push(node);
      node = parents[node]?.find((parent) => (waiting[parent] ?? 0) > 0);
    }
    if (node !== undefined && walk[node] === start) cycles.push(path.slice(path.indexOf(node)));
  }
  return cycles;
}
