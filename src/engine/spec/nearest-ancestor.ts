import type { Parents } from './order.ts';

/**
 * Finds, for a node, its nearest ancestors that have a property (give an artifact type): a candidate
 * that is itself an ancestor of another candidate is dropped. Results are kept per node, so a chain
 * of any length costs one step per node.
 */
export class NearestAncestors {
  readonly #parents: Parents;
  readonly #sorted: readonly number[];
  readonly #rank: Int32Array;
  readonly #byType = new Map<string, readonly (readonly number[])[]>();
  readonly #gives: (node: number, type: string) => boolean;

  constructor(
    parents: Parents,
    sorted: readonly number[],
    gives: (node: number, type: string) => boolean,
  ) {
    this.#parents = parents;
    this.#sorted = sorted;
    this.#gives = gives;
    this.#rank = new Int32Array(parents.length).fill(-1);
    for (const [rank, node] of sorted.entries()) this.#rank[node] = rank;
  }

  find(node: number, type: string): readonly number[] {
    let table = this.#byType.get(type);
    if (!table) {
      table = this.#build(type);
      this.#byType.set(type, table);
    }
    return table[node] ?? [];
  }

  #build(type: string): readonly (readonly number[])[] {
    const table: (readonly number[])[] = this.#parents.map(() => []);
    for (const node of this.#sorted) {
      const lists = (this.#parents[node] ?? []).map((parent) =>
        this.#gives(parent, type) ? [parent] : (table[parent] ?? []),
      );
      const [first = []] = lists;
      table[node] = lists.length <= 1 ? first : this.#reduce([...new Set(lists.flat())]);
    }
    return table;
  }

  /** Drops what is an ancestor of another. Looks no further back than the oldest candidate. */
  #reduce(candidates: readonly number[]): readonly number[] {
    if (candidates.length <= 1) return candidates;
    let oldest = Number.POSITIVE_INFINITY;
    for (const node of candidates) oldest = Math.min(oldest, this.#rank[node] ?? 0);
    const seen = new Set<number>();
    const queue = candidates.flatMap((node) => this.#parents[node] ?? []);
    for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
      if (seen.has(node) || (this.#rank[node] ?? -1) < oldest) continue;
      seen.add(node);
      queue.push(...(this.#parents[node] ?? []));
    }
    return candidates.filter((node) => !seen.has(node));
  }
}
