import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CachePaths } from '../../engine/cache/paths.ts';
import { Records } from '../../engine/cache/records.ts';
import { stateOf } from '../../engine/record/runs.ts';
import { stageKinds } from '../../kinds.ts';
import { buildPack, countLeft, type Pack, PackError } from '../../pack/build-pack.ts';
import { packName } from '../../pack/readme.ts';
import { writeZip } from '../../pack/write-zip.ts';
import { formatBytes } from '../../report/format.ts';
import { readResults, resultLines } from '../../report/results.ts';
import { commandLine } from '../../util/command-line.ts';
import { formatCount } from '../../util/count.ts';
import { defineCommand, UsageError } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { makesAgain } from '../makes-again.ts';
import { pickWholeRun } from '../pick-run.ts';
import { showPath } from '../show-path.ts';
import { withConfig } from '../with-config.ts';

export const pack = defineCommand({
  name: 'pack',
  usage: '[RUN]',
  summary:
    'Packs a run into one zip that a reader checks without the corpus and the cache: report, spec, numbers, predictions, models, records.',
  positionals: { least: 0, most: 1 },
  options: {
    output: { type: 'text', short: 'o', value: 'FILE', summary: 'default NAME-RUN.zip here' },
    audio: { type: 'flag', summary: 'recordings too, where the licence of the corpus allows it' },
    features: { type: 'flag', summary: 'features too: models can be trained again from them' },
  },
  examples: ['affekt pack', 'affekt pack k7f3 -o supplement.zip --audio'],
  async run({ options, positionals: [wanted = 'latest'], io }) {
    return withConfig(io, async ({ settings }) => {
      const run = pickWholeRun(settings['runs.path'], wanted, io.cwd);
      const { info, folder } = run;
      if (info.state !== 'done') {
        throw new UsageError(
          `run ${info.id} is not done: it is ${stateOf(info)}`,
          'The same command continues it; then it can be packed.',
        );
      }
      const target = targetOf(options.output ?? packName(info), io);
      const paths = new CachePaths(settings['cache.path']);
      let made: Pack;
      try {
        made = buildPack({
          ...{ run, paths, records: new Records(paths) },
          keep: { sound: options.audio, features: options.features },
          kinds: new Set(Object.keys(stageKinds)),
          command: commandLine(info.argv).replace(/^affekt /, ''),
          results: resultLines(readResults(folder)),
        });
      } catch (error) {
        if (!(error instanceof PackError)) throw error;
        throw new UsageError(
          `run ${info.id} cannot be packed: ${error.message}`,
          `${makesAgain(info)}; affekt cache verify looks for damage.`,
        );
      }
      await writeZip(target, made.members);
      sayLeft(made, io);
      const size = formatBytes(statSync(target).size);
      const count = formatCount(Object.keys(made.members).length, 'file');
      io.out.write(`packed run ${info.id}: ${count}, ${size}\n`);
      io.out.write(`pack  ${showPath(target, io.cwd)}\n`);
      return exitCode.ok;
    });
  },
});

/** Checked before anything is read: a folder in its place, or none to put it into. */
function targetOf(wanted: string, io: Io): string {
  const target = resolve(io.cwd, wanted);
  if (!existsSync(dirname(target))) {
    throw new UsageError(`there is no folder ${dirname(target)}`, 'Make it, or give another -o.');
  }
  if (existsSync(target) && !statSync(target).isFile() && !statSync(target).isDirectory()) {
    throw new UsageError(`${wanted} is no file`, 'Name the zip file: -o FILE.zip.');
  }
  if (existsSync(target) && statSync(target).isDirectory()) {
    throw new UsageError(`${wanted} is a folder`, 'Name the zip file: -o FILE.zip.');
  }
  if (existsSync(target) && !isZip(target)) {
    throw new UsageError(
      `${wanted} is there, and is no zip file`,
      'Give another -o, or remove it.',
    );
  }
  return target;
}

/** An older pack is replaced; a spec or a recording never is. */
function isZip(file: string): boolean {
  const start = Buffer.alloc(2);
  const fd = openSync(file, 'r');
  try {
    return readSync(fd, start) === 0 || start.toString('latin1') === 'PK';
  } finally {
    closeSync(fd);
  }
}

/** What is not in it, and why. */
function sayLeft({ files, corpora, withheld }: Pack, io: Io): void {
  for (const title of withheld) {
    io.err.write(
      `no recordings are packed: the licence of ${title} does not let them be passed on\n`,
    );
  }
  const { sound, features, derived } = countLeft(files);
  if (derived > 0) {
    const [first] = files.filter(({ left }) => left === 'derived');
    io.err.write(
      `what own code made of recordings that may not be passed on may hold them in any form, and is left out: ${first?.path}${derived > 1 ? ` and ${derived - 1} more` : ''}\n`,
    );
  }
  const closed = corpora.filter(({ corpus }) => corpus.info.audio !== 'embed');
  if (
    features === 0 &&
    closed.length > 0 &&
    files.some(({ path }) => /\/features\/shards\//.test(path))
  ) {
    const titles = closed.map(({ corpus }) => corpus.info.title).join(', ');
    io.err.write(
      `features are made of recordings that may not be passed on (${titles}): see whether these may\n`,
    );
  }
  const parts = [
    ...(sound > 0 ? [formatCount(sound, 'recording')] : []),
    ...(features > 0 ? [formatCount(features, 'feature file')] : []),
    ...(derived > 0 ? [`${formatCount(derived, 'file')} of own code`] : []),
  ];
  if (parts.length > 0) io.out.write(`left out: ${parts.join(', ')}\n`);
}
