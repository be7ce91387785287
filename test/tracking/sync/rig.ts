import { cpSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { CachePaths } from '../../../src/engine/cache/paths.ts';
import { createClient, parseAddress, type Timing } from '../../../src/tracking/client/index.ts';
import type { Difference } from '../../../src/tracking/sync/compare.ts';
import { type SyncOutcome, syncRun } from '../../../src/tracking/sync/uploader.ts';
import { verifyRun } from '../../../src/tracking/sync/verify.ts';

/** Waits are cut short; nothing else is different. */
const hasty: Timing = {
  now: Date.now,
  random: Math.random,
  sleep: async (milliseconds) => delay(Math.min(milliseconds, 5)),
};

export interface Journey {
  /** A run's folder and its cache. */
  readonly folder: string;
  readonly cache: string;
  readonly experiment: string;
}

function clientOf(url: string) {
  const address = parseAddress(url);
  if (!address.ok) throw new Error(address.error.message);
  // Long beside what a busy machine needs for an answer, short beside a test.
  return createClient({ address: address.value, tls: {}, timing: hasty, timeout: 3000 });
}

const given = ({ folder, cache, experiment }: Journey, url: string) => ({
  ...{ folder, experiment, audio: 'embed' as const, timing: hasty, client: clientOf(url) },
  cache: new CachePaths(cache),
});

/** Brings a run to a server; gives up when it was away for as long as `patience`. */
export async function bring(
  journey: Journey,
  url: string,
  { signal = new AbortController().signal, patience = 60_000, thorough = false } = {},
): Promise<SyncOutcome> {
  const options = given(journey, url);
  try {
    return await syncRun({ ...options, signal, follow: false, patience, pause: 10, thorough });
  } finally {
    options.client.close();
  }
}

export interface Arrival {
  readonly values: number;
  /** What the server does not hold, or holds otherwise. */
  readonly lost: readonly Difference[];
  /** Runs and points that are there more than once, or that nobody sent. */
  readonly doubled: readonly Difference[];
}

/** What of a run is on the server, asked without a proxy. */
export async function arrived(journey: Journey, url: string): Promise<Arrival> {
  const options = given(journey, url);
  try {
    const verdict = await verifyRun({ ...options, signal: new AbortController().signal });
    if (!verdict.ok) throw new Error(verdict.error.message);
    const { differences, values } = verdict.value;
    return {
      values,
      lost: differences.filter(({ operation }) => operation !== undefined),
      doubled: differences.filter(({ operation }) => operation === undefined),
    };
  } finally {
    options.client.close();
  }
}

/** A run's folder as it was before any server saw it. */
export function freshCopy(folder: string, to: string): string {
  cpSync(folder, to, { recursive: true, verbatimSymlinks: true });
  for (const name of ['sync.json', 'rejected.ndjson', 'leases']) {
    rmSync(`${to}/${name}`, { recursive: true, force: true });
  }
  return to;
}
