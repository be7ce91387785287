import type { Operation } from '../layout/operations.ts';

/** Two halves of an operation that a server refuses; `undefined` where it has no parts. */
export function halves(operation: Operation): readonly [Operation, Operation] | undefined {
  switch (operation.type) {
    case 'metrics': {
      const cut = split(operation.metrics);
      return (
        cut && [
          { ...operation, metrics: cut[0] },
          { ...operation, metrics: cut[1] },
        ]
      );
    }
    case 'datasets': {
      const cut = split(operation.datasets);
      return (
        cut && [
          { ...operation, datasets: cut[0] },
          { ...operation, datasets: cut[1] },
        ]
      );
    }
    case 'params': {
      const cut = split(Object.entries(operation.params));
      return (
        cut && [
          { ...operation, params: Object.fromEntries(cut[0]) },
          { ...operation, params: Object.fromEntries(cut[1]) },
        ]
      );
    }
    case 'tags': {
      const cut = split(Object.entries(operation.tags));
      return (
        cut && [
          { ...operation, tags: Object.fromEntries(cut[0]) },
          { ...operation, tags: Object.fromEntries(cut[1]) },
        ]
      );
    }
    default:
      return undefined;
  }
}

function split<T>(items: readonly T[]): readonly [readonly T[], readonly T[]] | undefined {
  const half = Math.ceil(items.length / 2);
  return items.length < 2 ? undefined : [items.slice(0, half), items.slice(half)];
}
