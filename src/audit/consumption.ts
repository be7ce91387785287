import type { Consumed } from '../engine/artifact.ts';
import type { TaskRecord } from '../engine/record/types.ts';

/** The ids that a task opened in a role, over all its ports. */
export function opened(record: TaskRecord, role: Consumed['role']): ReadonlySet<string> {
  return new Set(record.consumed.filter((one) => one.role === role).flatMap(({ ids }) => ids));
}

/** Whether a task read files that no reader vouches for. */
export function readUnverified(record: TaskRecord): boolean {
  return record.consumed.some(({ role }) => role === 'unverified');
}

export function shared(a: Iterable<string>, b: ReadonlySet<string>): readonly string[] {
  return [...new Set(a)].filter((id) => b.has(id)).sort();
}

/** `a01 (1), a02 (1) and 3 more`. */
export function some(names: readonly string[]): string {
  const shown = names.slice(0, 2).map((name) => `"${name}"`);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(' and ');
}
