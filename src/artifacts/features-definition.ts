import { err, ok, type Result } from '../engine/result.ts';
import { isJsonObject, type JsonObject } from '../util/json.ts';

/** `features.json`: how the numbers were made. Nothing in it depends on when, where or by whom. */
export interface FeaturesDefinition {
  readonly format: 'affekt.features/1';
  /** Stage kind that computed them. */
  readonly kind: string;
  /** Its params, defaults included, as the spec spells them. */
  readonly params: JsonObject;
  /** Columns of every matrix. */
  readonly bands: number;
  /** Names of the columns, where they have some. */
  readonly columns?: readonly string[];
  /** Hz of the sound they were computed from; null where clips differ. */
  readonly rate: number | null;
  /** Rows per second; null where clips differ. */
  readonly frames_per_second: number | null;
}

/** Parses `features.json`. */
export function parseDefinition(text: string): Result<FeaturesDefinition, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err('features.json: not JSON');
  }
  if (!isJsonObject(value)) return err('features.json: not an object');
  if (value['format'] !== 'affekt.features/1') {
    return err('features.json: format must be "affekt.features/1"');
  }
  if (typeof value['kind'] !== 'string') return err('features.json: kind must be text');
  if (!isJsonObject(value['params'])) return err('features.json: params must be an object');
  const bands = value['bands'];
  if (!Number.isInteger(bands) || Number(bands) < 1) {
    return err('features.json: bands must be a whole number above 0');
  }
  const columns = value['columns'];
  if (columns !== undefined && !isNames(columns, Number(bands))) {
    return err('features.json: columns must be as many different names as there are bands');
  }
  for (const key of ['rate', 'frames_per_second'] as const) {
    const number = value[key];
    if (number !== null && !(typeof number === 'number' && number > 0)) {
      return err(`features.json: ${key} must be a number above 0 or null`);
    }
  }
  return ok(value as unknown as FeaturesDefinition);
}

function isNames(value: unknown, count: number): boolean {
  return (
    Array.isArray(value) &&
    value.length === count &&
    value.every((name) => typeof name === 'string' && name !== '') &&
    new Set(value).size === count
  );
}
