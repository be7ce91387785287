import { homedir } from 'node:os';
import { resolve } from 'node:path';

/** A value read from text or YAML, or what is wrong with it. */
export type Reading<T> =
  | { readonly value: T }
  | { readonly problem: string; readonly choices?: readonly string[] };

/** Reads one setting. `folder` is where relative paths start. */
export type Reader<T> = (raw: unknown, folder: string) => Reading<T>;

/** Settings by dotted name, as the configuration file groups them. */
export interface Settings {
  readonly jobs: number;
  readonly 'cache.path': string;
  /** Bytes; null: never evict. */
  readonly 'cache.max_size': number | null;
  /** Days after which `cache gc` drops an unused object; null: age is no reason. */
  readonly 'cache.max_age': number | null;
  readonly 'runs.path': string;
  readonly 'data.path': string;
  readonly 'executor.kind': string;
  /** Address of an MLflow server; null: runs stay on this machine. */
  readonly 'tracking.uri': string | null;
  /** Name of the experiment there; null: that of the spec. */
  readonly 'tracking.experiment': string | null;
  readonly 'tracking.enabled': boolean;
  /** Whether sounds of corpora that may be passed on are sent. */
  readonly 'tracking.audio': 'embed' | 'none';
  /** A search that is expected to take longer is started with --yes only; null: no limit. */
  readonly 'tune.confirm_above_hours': number | null;
}

export type SettingName = keyof Settings;

export const readers: { readonly [K in SettingName]: Reader<Settings[K]> } = {
  jobs: readJobs,
  'cache.path': readPath,
  'cache.max_size': readSize,
  'cache.max_age': readAge,
  'runs.path': readPath,
  'data.path': readPath,
  'executor.kind': (raw) =>
    raw === 'local' ? { value: raw } : { problem: 'must be "local"', choices: ['local'] },
  'tracking.uri': readName,
  'tracking.experiment': readName,
  'tracking.enabled': (raw) =>
    typeof raw === 'boolean' ? { value: raw } : { problem: 'must be true or false' },
  'tracking.audio': (raw) =>
    raw === 'embed' || raw === 'none'
      ? { value: raw }
      : { problem: 'must be "embed" or "none"', choices: ['embed', 'none'] },
  'tune.confirm_above_hours': readHours,
};

/** Names that are kept for what is not built yet: accepted with a warning. */
export const reserved: readonly string[] = ['memory', 'gpus', 'cache.layers'];

function readHours(raw: unknown): Reading<number | null> {
  if (raw === null) return { value: null };
  const hours = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw;
  return typeof hours === 'number' && hours >= 0
    ? { value: hours }
    : { problem: 'must be a number of hours, or null' };
}

function readName(raw: unknown): Reading<string | null> {
  if (raw === null) return { value: null };
  return typeof raw === 'string' && raw.trim() !== ''
    ? { value: raw.trim() }
    : { problem: 'must be text, or null' };
}

function readJobs(raw: unknown): Reading<number> {
  const number = typeof raw === 'string' && /^\d+$/.test(raw) ? Number(raw) : raw;
  return typeof number === 'number' && Number.isInteger(number) && number >= 1
    ? { value: number }
    : { problem: 'must be a whole number from 1 up' };
}

function readPath(raw: unknown, folder: string): Reading<string> {
  if (typeof raw !== 'string' || raw === '') return { problem: 'must be a path' };
  const home = raw === '~' || raw.startsWith('~/');
  return { value: home ? resolve(homedir(), raw.slice(2)) : resolve(folder, raw) };
}

const units: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** `20 GB`, `512MiB`, bytes, or null for no limit. */
export function readSize(raw: unknown): Reading<number | null> {
  if (raw === null) return { value: null };
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(String(raw)) ?? [];
  const factor = unit === undefined ? undefined : units[unit];
  return number === undefined || factor === undefined
    ? { problem: 'must be a size such as 20 GB, or null for no limit' }
    : { value: Math.round(Number(number) * factor) };
}

const days: Readonly<Record<string, number>> = { h: 1 / 24, d: 1, w: 7 };

/** `30d`, `12h`, `4w`, or null for no limit. In days. */
export function readAge(raw: unknown): Reading<number | null> {
  if (raw === null) return { value: null };
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*([hdw])$/.exec(String(raw)) ?? [];
  const factor = unit === undefined ? undefined : days[unit];
  return number === undefined || factor === undefined
    ? { problem: 'must be an age such as 30d, 12h or 4w, or null for no limit' }
    : { value: Number(number) * factor };
}
