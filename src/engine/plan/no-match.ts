import { nearest } from '../../util/suggest.ts';
import { parseAddress, parseGlob } from '../address.ts';
import type { Diagnostic } from '../diagnostic.ts';

/** How many addresses a hint lists. */
const most = 8;

/** The error for a pattern that covers none of the addresses: the nearest stage, or what the stage has. */
export function noMatch(wanted: string, addresses: readonly string[]): Diagnostic {
  const parsed = parseGlob(wanted);
  const first = parsed.ok ? parsed.value[0] : undefined;
  const name = first === undefined || first === '**' ? wanted : first.name;
  const named = addresses.map((address) => [nameOf(address), address] as const);
  const names = [...new Set(named.map(([one]) => one))];
  const problem = { severity: 'error', message: `nothing matches "${wanted}"` } as const;
  if (!names.includes(name)) {
    const near = nearest(name, names);
    return {
      ...problem,
      ...(near === undefined ? {} : { nearest: wanted.replace(name, near) }),
      hint: `The stages are ${list(names)}.`,
    };
  }
  const inside = named.filter(([one, address]) => one === name && address !== name);
  const has = list(inside.map(([, address]) => address));
  return {
    ...problem,
    hint:
      inside.length === 0
        ? `${name} has no variants: write "${name}", or a task of it such as "${name}[fold=1]".`
        : `There are ${has}.`,
  };
}

function nameOf(address: string): string {
  const parsed = parseAddress(address);
  const first = parsed.ok ? parsed.value[0] : undefined;
  return first?.name ?? address;
}

function list(names: readonly string[]): string {
  const rest = names.length - most;
  return `${names.slice(0, most).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
