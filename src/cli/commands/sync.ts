import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Leases } from '../../engine/cache/leases.ts';
import { CachePaths } from '../../engine/cache/paths.ts';
import { sha256 } from '../../engine/digest.ts';
import { listRuns, type StoredRun, stateOf } from '../../engine/record/runs.ts';
import { formatBytes } from '../../report/format.ts';
import { createClient, realTiming } from '../../tracking/client/index.ts';
import { readCursor } from '../../tracking/sync/cursor.ts';
import { type SyncOutcome, syncRun } from '../../tracking/sync/uploader.ts';
import { verifyRun } from '../../tracking/sync/verify.ts';
import { formatCount } from '../../util/count.ts';
import { livenessOf } from '../../util/process-identity.ts';
import { defineCommand, UsageError } from '../command.ts';
import type { Config } from '../config.ts';
import { exitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { pickRun } from '../pick-run.ts';
import { listenForInterrupts } from '../signals.ts';
import { formatTable } from '../table.ts';
import { openTracking, type Tracking } from '../tracking/open-tracking.ts';
import { runLink } from '../tracking/run-link.ts';
import { withConfig } from '../with-config.ts';

/** How long a background upload puts up with a server that is away after its run has ended. */
const patienceMs = 15 * 60_000;
/** So often it looks what the run has made. */
const pauseMs = 2_000;
/** More differences than this are counted, not listed. */
const shownDifferences = 40;

export const sync = defineCommand({
  name: 'sync',
  usage: '[RUN]',
  summary:
    'Sends what an MLflow server does not have of a run. RUN is an id or folder name; default latest.',
  positionals: { least: 0, most: 1 },
  options: {
    all: { type: 'flag', summary: 'every run of the runs folder, oldest first' },
    verify: { type: 'flag', summary: 'read everything back and compare it value by value' },
    follow: { type: 'flag', summary: 'go on until the run has ended' },
  },
  examples: ['affekt sync', 'affekt sync 6a4r --verify', 'affekt sync --all'],
  async run({ options, positionals: [wanted], io }) {
    if (options.all && wanted !== undefined) {
      throw new UsageError('--all and a run at once', 'Name a run, or give --all.');
    }
    return withConfig(io, async (config) => {
      const tracking = await openTracking(config, io);
      if (tracking === undefined) {
        throw new UsageError(
          'no tracking server is configured',
          'Set MLFLOW_TRACKING_URI, or tracking.uri in affekt.config.yaml.',
        );
      }
      const runs = chooseRuns(config, options.all, { wanted, cwd: io.cwd });
      const interrupt = listenForInterrupts(() => undefined);
      const client = createClient(tracking.server);
      let code: number = exitCode.ok;
      try {
        for (const run of runs) {
          const { follow, verify } = options;
          const given = { config, tracking, client, io, follow, verify };
          const own = await syncOne(run, { ...given, signal: interrupt.signal }).catch((error) =>
            tellDamage(run, error as Error, io),
          );
          if (own !== exitCode.ok) code = own;
          const verdict =
            options.verify && own === exitCode.ok
              ? await verifyOne(run, { ...given, signal: interrupt.signal })
              : exitCode.ok;
          if (verdict !== exitCode.ok) code = verdict;
          if (interrupt.signal.aborted) return interrupt.code() ?? exitCode.interrupted;
        }
      } finally {
        client.close();
        interrupt.dispose();
      }
      return code;
    });
  },
});

function chooseRuns(
  { settings }: Config,
  all: boolean,
  { wanted = 'latest', cwd }: { readonly wanted: string | undefined; readonly cwd: string },
): readonly StoredRun[] {
  if (all) return [...listRuns(settings['runs.path'])].reverse().filter(({ info }) => !info.quick);
  const run = pickRun(settings['runs.path'], wanted, cwd);
  if (run.info.quick) {
    throw new UsageError(`run ${run.info.id} is a quick look`, 'Quick looks are not tracked.');
  }
  return [run];
}

interface Given {
  readonly config: Config;
  readonly tracking: Tracking;
  readonly client: ReturnType<typeof createClient>;
  readonly io: Io;
  readonly follow: boolean;
  readonly verify: boolean;
  readonly signal: AbortSignal;
}

function optionsOf({ folder, info }: StoredRun, given: Given) {
  const { config, tracking, client, signal } = given;
  return {
    ...{ folder, client, signal, timing: realTiming },
    cache: new CachePaths(config.settings['cache.path']),
    experiment: tracking.experiment ?? info.name,
    audio: tracking.audio,
  };
}

async function syncOne(run: StoredRun, given: Given): Promise<number> {
  const { io, follow, verify, signal } = given;
  const leases = new Leases(new CachePaths(run.folder));
  const key = sha256('sync');
  const taken = await takeOver(run, { leases, key, signal });
  if (!taken) {
    io.out.write(`${run.info.id}  is being sent by another process\n`);
    return exitCode.ok;
  }
  try {
    const outcome = await syncRun({
      ...optionsOf(run, given),
      ...{ follow, patience: follow ? patienceMs : 0, pause: pauseMs, thorough: verify },
    });
    return tell(run, outcome, io);
  } finally {
    leases.release(key);
  }
}

/** A background upload of a run that has ended waits for its server: whoever asks now takes its place. */
async function takeOver(
  { folder, info }: StoredRun,
  {
    leases,
    key,
    signal,
  }: {
    readonly leases: Leases;
    readonly key: ReturnType<typeof sha256>;
    readonly signal: AbortSignal;
  },
): Promise<boolean> {
  for (let look = 0; look < takeOverLooks && !signal.aborted; look++) {
    if (leases.take(key).taken) return true;
    const { owner, follows = false } = readCursor(folder) ?? {};
    if (stateOf(info) === 'running') return false;
    if (look === 0 && follows && owner && livenessOf(owner) === 'alive') {
      process.kill(owner.pid, 'SIGTERM');
    }
    await delay(100);
  }
  return false;
}

const takeOverLooks = 100;

/** What a run has lost keeps it from the server, and no other run. */
function tellDamage({ info }: StoredRun, { message }: Error, io: Io): number {
  io.err.write(`${info.id}  ${info.name}: cannot be sent: ${message}\n`);
  io.err.write('  affekt cache verify looks for damage; running it again makes what is missing.\n');
  return exitCode.failed;
}

function tell({ folder, info }: StoredRun, outcome: SyncOutcome, io: Io): number {
  const { state, problem, hint, operations, bytes, rejected, deleted, differences } = outcome;
  const sent =
    operations === 0
      ? 'nothing to send'
      : `${formatCount(operations, 'part')} sent, ${formatBytes(bytes)} of files`;
  const words = { whole: 'all there', partial: 'the run goes on', sending: 'stopped' };
  const word = words[state as keyof typeof words] ?? 'not all there';
  io.out.write(`${info.id}  ${info.name}: ${word}; ${sent}\n`);
  const cursor = readCursor(folder);
  const link = cursor && runLink(folder, cursor);
  if (link !== undefined) io.out.write(`mlflow  ${link}\n`);
  if (problem !== null) {
    io.err.write(`${problem}\n`);
    io.err.write(`  ${hint ?? `Nothing is lost; later: affekt sync ${info.id}`}\n`);
  }
  if (rejected > 0) {
    io.err.write(
      `${formatCount(rejected, 'part')} the server refuses for good: ${basename(folder)}/rejected.ndjson\n`,
    );
  }
  if (deleted > 0 && state !== 'deleted') {
    io.err.write(`${formatCount(deleted, 'run')} inside it deleted on the server, and left so\n`);
  }
  if (differences.length > 0) {
    io.err.write(
      `${formatCount(differences.length, 'value')} differ on the server; affekt sync ${info.id} --verify lists them\n`,
    );
  }
  const good = state === 'whole' || state === 'partial';
  return good && rejected === 0 && differences.length === 0 ? exitCode.ok : exitCode.failed;
}

async function verifyOne(run: StoredRun, given: Given): Promise<number> {
  const { io } = given;
  const verified = await verifyRun(optionsOf(run, given));
  if (!verified.ok) {
    io.err.write(`${verified.error.message}\n`);
    return exitCode.failed;
  }
  const { differences, values } = verified.value;
  if (differences.length === 0) {
    io.out.write(`${run.info.id}  ${formatCount(values, 'value')} read back, all as sent\n`);
    return exitCode.ok;
  }
  const rows = differences
    .slice(0, shownDifferences)
    .map((one) => [one.run, one.what, short(one.expected), short(one.found)]);
  io.out.write(formatTable([['run', 'what', 'expected', 'found'], ...rows]));
  const more = differences.length - rows.length;
  if (more > 0) io.out.write(`and ${more} more\n`);
  return exitCode.negative;
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
