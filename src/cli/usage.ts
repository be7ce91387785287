import type { Command } from './command.ts';

/** A line for each action. */
export function usageLines({ name, usage }: Pick<Command, 'name' | 'usage'>): string {
  const calls =
    typeof usage === 'string'
      ? [usage]
      : Object.entries(usage).map(([action, rest]) => `${action} ${rest}`);
  return calls
    .map((call, n) => `${n === 0 ? 'Usage:' : '      '} ${`affekt ${name} ${call}`.trimEnd()}`)
    .join('\n');
}
