import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Vector instructions: libraries choose kernels by them, and kernels differ in their last digits. */
const vectors = /^(sse|ssse|avx|fma|f16c|amx|asimd|sve|sme(?!p)|fphp|bf16|i8mm)/;

/**
 * The class of the first processor, in words: its name and, where Linux tells them, its vector
 * instructions. Sums of floats may be trusted to give the same bits within a class only; a hypervisor may
 * give two processors one name.
 */
export function processorClass(): string {
  const name = cpus()[0]?.model.trim() ?? 'unknown';
  const words = flags();
  return words.length === 0 ? name : `${name}: ${words.join(' ')}`;
}

function flags(): readonly string[] {
  try {
    const [, listed = ''] =
      /^(?:flags|Features)\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8')) ?? [];
    return listed.split(' ').filter((flag) => vectors.test(flag));
  } catch {
    return [];
  }
}
