import { artifactTypes } from '../../artifacts/index.ts';
import { collectGarbage } from '../../engine/cache/garbage.ts';
import { cacheUsage } from '../../engine/cache/usage.ts';
import { verifyCache } from '../../engine/cache/verify.ts';
import { formatBytes } from '../../report/format.ts';
import { formatCount } from '../../util/count.ts';
import { defineCommand, UsageError } from '../command.ts';
import type { Config } from '../config.ts';
import { type Reading, readAge, readSize } from '../config-layout.ts';
import { exitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { createStyle } from '../style.ts';
import { formatTable } from '../table.ts';
import { withConfig } from '../with-config.ts';

export const cache = defineCommand({
  name: 'cache',
  usage: { du: '', gc: '', verify: '' },
  summary: 'Size of the cache, making room in it, and checking every byte.',
  positionals: { least: 1, most: 1 },
  options: {
    'max-size': {
      type: 'text',
      value: 'SIZE',
      summary: 'gc: keep at most this much; default from the configuration',
    },
    'max-age': {
      type: 'text',
      value: 'AGE',
      summary: 'gc: drop what was not used for this long: 30d, 12h',
    },
    'dry-run': { type: 'flag', summary: 'gc: say what would go, and remove nothing' },
    json: { type: 'flag', summary: 'du: as JSON' },
  },
  examples: ['affekt cache du', 'affekt cache gc --max-size 5GB --dry-run'],
  async run({ options, positionals: [action], io }) {
    return withConfig(io, (config) => {
      switch (action) {
        case 'du':
          return usage(config, options.json, io);
        case 'gc':
          return collect(config, options, io);
        default:
          return verify(config, io);
      }
    });
  },
});

function usage({ settings }: Config, json: boolean, io: Io): number {
  const folder = settings['cache.path'];
  const { records, objects, bytes, inPlace, byKind } = cacheUsage(folder);
  if (json) {
    io.out.write(`${JSON.stringify({ folder, records, objects, bytes, inPlace, byKind })}\n`);
    return exitCode.ok;
  }
  const limit = settings['cache.max_size'];
  const of = limit === null ? '' : ` of ${formatBytes(limit)}`;
  io.out.write(`${folder}\n${formatBytes(bytes)}${of} in ${formatCount(objects, 'object')}, `);
  io.out.write(
    `${formatCount(inPlace, 'file')} used in place, ${formatCount(records, 'record')}\n`,
  );
  const rows = Object.entries(byKind)
    .sort(([, a], [, b]) => b.bytes - a.bytes)
    .map(([kind, used]) => [kind, formatCount(used.records, 'record'), formatBytes(used.bytes)]);
  io.out.write(formatTable(rows, '  '));
  return exitCode.ok;
}

interface CollectOptions {
  readonly 'max-size': string | undefined;
  readonly 'max-age': string | undefined;
  readonly 'dry-run': boolean;
}

function collect({ settings }: Config, options: CollectOptions, io: Io): number {
  const limit = readFlag('--max-size', options['max-size'], readSize) ?? settings['cache.max_size'];
  const age = readFlag('--max-age', options['max-age'], readAge) ?? settings['cache.max_age'];
  if (limit === null && age === null) {
    throw new UsageError(
      'there is no limit to keep to',
      'Give --max-size 5GB or --max-age 30d, or set cache.max_size in affekt.config.yaml.',
    );
  }
  const dryRun = options['dry-run'];
  const { removed, bytes, kept, busy } = collectGarbage(settings['cache.path'], artifactTypes, {
    dryRun,
    ...(limit === null ? {} : { maxBytes: limit }),
    ...(age === null ? {} : { maxAgeDays: age }),
  });
  if (busy !== undefined) {
    io.err.write(`nothing removed: ${busy} is at work in this cache\n`);
    io.err.write('  Run the command again when it has ended.\n');
    return exitCode.failed;
  }
  const verb = dryRun ? 'would remove' : 'removed';
  io.out.write(`${verb} ${formatCount(removed, 'object')}, ${formatBytes(bytes)}; ${kept} kept\n`);
  return exitCode.ok;
}

function readFlag<T>(
  flag: string,
  text: string | undefined,
  read: (raw: unknown) => Reading<T>,
): T | undefined {
  if (text === undefined) return undefined;
  const reading = read(text);
  if ('problem' in reading) throw new UsageError(`${flag} ${reading.problem}, got "${text}"`);
  return reading.value;
}

async function verify({ settings }: Config, io: Io): Promise<number> {
  const { checked, bad, missing } = await verifyCache(settings['cache.path']);
  const { red } = createStyle(io.out.colour);
  for (const { digest, problem } of bad) io.out.write(`${red('bad')}  ${digest}  ${problem}\n`);
  const evicted = missing > 0 ? `, ${missing} evicted` : '';
  io.out.write(`${formatCount(checked, 'object')} checked, ${bad.length} bad${evicted}\n`);
  if (bad.length === 0) return exitCode.ok;
  io.out.write('Bad objects are in quarantine; the next run makes them again.\n');
  return exitCode.negative;
}
