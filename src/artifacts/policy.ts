import { err, ok, type Result } from '../engine/result.ts';
import { isJsonObject, type Json } from '../util/json.ts';
import { parseFormat } from './parse-format.ts';

export interface PolicyMask {
  readonly width: number;
  readonly count: number;
}

/** `policy.json` beside features: what training does to them at random. What is absent is off. */
export interface PolicyFile {
  readonly tempo?: number;
  readonly vtlp?: number;
  readonly frequency_warp?: number;
  readonly time_shift?: number;
  readonly frequency_mask?: PolicyMask;
  readonly time_mask?: PolicyMask;
  readonly mixup?: number;
  readonly freq_mixstyle?: { readonly p: number; readonly alpha: number };
}

const format = 'affekt.policy/1';

type Check = (value: Json) => string | undefined;

const above: Check = (value) =>
  typeof value === 'number' && value > 0 ? undefined : 'must be a number above 0';

const whole: Check = (value) =>
  Number.isInteger(value) && Number(value) >= 1 ? undefined : 'must be a whole number above 0';

const part: Check = (value) =>
  typeof value === 'number' && value > 0 && value <= 1
    ? undefined
    : 'must be a number above 0 and at most 1';

const map =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) => {
    if (!isJsonObject(value)) return `must be a map of ${Object.keys(checks).join(' and ')}`;
    for (const [key, check] of Object.entries(checks)) {
      const problem = check(value[key] ?? null);
      if (problem !== undefined) return `${key} ${problem}`;
    }
    const unknown = Object.keys(value).find((key) => !Object.hasOwn(checks, key));
    return unknown === undefined ? undefined : `has an unknown key "${unknown}"`;
  };

/** In the order in which they are applied and written. */
const checks: Readonly<Record<keyof PolicyFile, Check>> = {
  tempo: above,
  vtlp: above,
  frequency_warp: above,
  time_shift: whole,
  frequency_mask: map({ width: whole, count: whole }),
  time_mask: map({ width: whole, count: whole }),
  mixup: above,
  freq_mixstyle: map({ p: part, alpha: above }),
};

/** The text of `policy.json`: equal policies give equal bytes. */
export function formatPolicy(policy: PolicyFile): string {
  const given = Object.keys(checks).flatMap((name) => {
    const value = policy[name as keyof PolicyFile];
    return value === undefined ? [] : [[name, value]];
  });
  return `${JSON.stringify({ format, ...Object.fromEntries(given) }, null, 2)}\n`;
}

/** Parses `policy.json`; what is wrong is one sentence. */
export function parsePolicy(text: string): Result<PolicyFile, string> {
  const value = parseFormat(text, format);
  if (typeof value === 'string') return err(`policy.json: ${value}`);
  const { format: _, ...given } = value;
  for (const [name, one] of Object.entries(given)) {
    if (!Object.hasOwn(checks, name)) return err(`policy.json: unknown policy "${name}"`);
    const problem = checks[name as keyof PolicyFile](one as Json);
    if (problem !== undefined) return err(`policy.json: ${name} ${problem}`);
  }
  return ok(given as PolicyFile);
}
