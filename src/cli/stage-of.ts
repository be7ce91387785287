import { formatAddress, parseAddress, taskSelectors } from '../engine/address.ts';

const nested: readonly string[] = taskSelectors;

/** The stage that a task belongs to: `mel[front=a,chunk=0f]` and `mel[front=a]/combine` → `mel[front=a]`. */
export function stageOf(address: string): string {
  const parsed = parseAddress(address);
  const first = parsed.ok ? parsed.value[0] : undefined;
  if (first === undefined) return address;
  const select = first.select.filter(({ key }) => !nested.includes(key));
  return formatAddress([{ name: first.name, select }]);
}

/** True for a chunk of an `each` stage: shown as part of its stage, never by itself. */
export function isChunk(address: string): boolean {
  const parsed = parseAddress(address);
  return parsed.ok && parsed.value.some(({ select }) => select.some(({ key }) => key === 'chunk'));
}
