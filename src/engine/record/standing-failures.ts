import type { StampedEvent } from '../event.ts';

type Failed = Extract<StampedEvent, { type: 'task-failed' }>;

/** Failures that stand: a task that was done later (the run was continued) is not one, nor is a cancelled one. */
export function standingFailures(events: readonly StampedEvent[]): readonly Failed[] {
  const failures = new Map<string, Failed>();
  for (const event of events) {
    if (event.type === 'task-failed' && event.failure.reason !== 'cancelled') {
      failures.set(event.address, event);
    } else if (event.type === 'task-done' || event.type === 'task-cached') {
      failures.delete(event.address);
    }
  }
  return [...failures.values()];
}
