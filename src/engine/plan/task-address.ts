import { taskSelectors } from '../address.ts';
import type { Call } from '../stage.ts';

function rank(key: string): number {
  const at = (taskSelectors as readonly string[]).indexOf(key);
  return at === -1 ? taskSelectors.length : at;
}

function selector(key: string, value: string | number): string {
  const text = String(value);
  return `${key}=${/^[A-Za-z0-9_.+-]+$/.test(text) ? text : JSON.stringify(text)}`;
}

/** `mel[front=mel128]`: a stage and its matrix variants, in axis order. */
export function stageAddress(name: string, choice: Readonly<Record<string, string>>): string {
  const parts = Object.entries(choice).map(([axis, variant]) => selector(axis, variant));
  return parts.length === 0 ? name : `${name}[${parts.join(',')}]`;
}

/** The address of a nested task under its stage's: `cnn[fold=3,seed=1]`, `cnn/split`. */
export function taskAddress(stage: string, call: Pick<Call, 'name' | 'select' | 'kind'>): string {
  const parts = Object.entries(call.select ?? {})
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map(([key, value]) => selector(key, value));
  const segment = call.name ?? (parts.length === 0 ? call.kind.kind : undefined);
  const selectors = parts.join(',');
  if (segment !== undefined)
    return `${stage}/${segment}${selectors === '' ? '' : `[${selectors}]`}`;
  return stage.endsWith(']') ? `${stage.slice(0, -1)},${selectors}]` : `${stage}[${selectors}]`;
}
