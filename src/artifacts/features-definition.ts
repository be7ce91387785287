import { err, ok, type Result } from '../engine/result.ts';
import { isJsonObject, type JsonObject } from '../util/json.ts';
import { checkFormat, parseFormat } from './parse-format.ts';

/** `features.json`: how the numbers were made. Nothing in it depends on when, where or by whom. */
export interface FeaturesDefinition {
  readonly format: 'affekt.features/1';
  /** Stage kind that computed them. */
  readonly kind: string;
  /** Its params, defaults included, as the spec spells them. */
  readonly params: JsonObject;
  /** Columns of a channel. */
  readonly bands: number;
  /**
   * Channels of every matrix; 1 where it is left out. A matrix has channels × bands columns: all bands of
   * the first channel, then those of the second, and so on.
   */
  readonly channels?: number;
  /** Names of the columns, where they have some. */
  readonly columns?: readonly string[];
  /** The features that these were computed from, where it was not from sound. */
  readonly of?: FeaturesDefinition;
  /** Hz of the sound they were computed from; null where clips differ. */
  readonly rate: number | null;
  /** Rows per second; null where clips differ. */
  readonly frames_per_second: number | null;
}

/** Columns of every matrix. */
export function columnsOf({ bands, channels = 1 }: FeaturesDefinition): number {
  return bands * channels;
}

const format = 'affekt.features/1';

/** Parses `features.json`. */
export function parseDefinition(text: string): Result<FeaturesDefinition, string> {
  return checkDefinition(parseFormat(text, format));
}

function checkDefinition(value: JsonObject | string): Result<FeaturesDefinition, string> {
  if (typeof value === 'string') return err(`features.json: ${value}`);
  if (typeof value['kind'] !== 'string') return err('features.json: kind must be text');
  if (!isJsonObject(value['params'])) return err('features.json: params must be an object');
  const { bands, channels = 1, columns, of } = value;
  for (const [key, number] of Object.entries({ bands, channels })) {
    if (Number.isInteger(number) && Number(number) >= 1) continue;
    return err(`features.json: ${key} must be a whole number above 0`);
  }
  if (columns !== undefined && !isNames(columns, Number(bands) * Number(channels))) {
    return err(
      'features.json: columns must be as many different names as there are channels × bands',
    );
  }
  for (const key of ['rate', 'frames_per_second'] as const) {
    const number = value[key];
    if (number !== null && !(typeof number === 'number' && number > 0)) {
      return err(`features.json: ${key} must be a number above 0 or null`);
    }
  }
  if (of !== undefined) {
    const source = checkDefinition(checkFormat(of, format));
    if (!source.ok) return err(source.error.replace(': ', ': of: '));
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
