import { writeFileSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { diffRuns } from '../../diff/diff-runs.ts';
import { readRecordedRun } from '../../diff/recorded-run.ts';
import { evicted, isEvicted } from '../../engine/cache/evicted.ts';
import { CachePaths } from '../../engine/cache/paths.ts';
import { Records } from '../../engine/cache/records.ts';
import { renderDiff } from '../../report/diff-page.ts';
import { defineCommand, UsageError } from '../command.ts';
import { formatDiff } from '../diff-text.ts';
import { createAudioEmbedder } from '../embed-audio.ts';
import { exitCode } from '../exit-code.ts';
import { makesAgain } from '../makes-again.ts';
import { pickWholeRun } from '../pick-run.ts';
import { showPath } from '../show-path.ts';
import { stageOf } from '../stage-of.ts';
import { withConfig } from '../with-config.ts';

export const diff = defineCommand({
  name: 'diff',
  usage: 'RUN RUN',
  summary:
    'Compares two runs: spec, code, environment, tasks, numbers with the interval of their difference, and the clips that flipped.',
  positionals: { least: 2, most: 2 },
  options: {
    html: {
      type: 'text',
      value: 'FILE',
      summary: 'also write a page; clips can be played where the licence allows',
    },
    json: { type: 'flag', summary: 'everything, as JSON' },
  },
  examples: ['affekt diff k7f3 latest', 'affekt diff k7f3 latest --html flipped.html'],
  async run({ options, positionals: [first = '', second = ''], io }) {
    return withConfig(io, ({ settings }) => {
      const stored = [first, second].map((wanted) =>
        pickWholeRun(settings['runs.path'], wanted, io.cwd),
      );
      const paths = new CachePaths(settings['cache.path']);
      const cache = { paths, records: new Records(paths) };
      const [a, b] = stored.map((run) => {
        try {
          return readRecordedRun(run, cache);
        } catch (error) {
          const lacks = isOf(run.folder, error) ? 'Its folder is not whole: ' : '';
          throw new UsageError(
            `run ${run.info.id} cannot be read: ${wordUnread(error)}`,
            `${lacks}${makesAgain(run.info)}.`,
          );
        }
      });
      if (a === undefined || b === undefined) throw new Error('two runs');
      const found = diffRuns(a, b, stageOf);
      const names = stored.map(({ info }) => info.name) as [string, string];
      if (options.json) io.out.write(`${JSON.stringify(found, null, 2)}\n`);
      else io.out.write(formatDiff(found, names, io.out.colour));
      if (options.html !== undefined) {
        const file = resolve(io.cwd, options.html);
        const { corpus, files } = b.corpus ?? a.corpus ?? {};
        writeFileSync(file, renderDiff(found, names, createAudioEmbedder(corpus, files)));
        if (!options.json) io.out.write(`\npage  ${showPath(file, io.cwd)}\n`);
      }
      return exitCode.ok;
    });
  },
});

/** Whether an error is about a file of this folder. */
function isOf(folder: string, error: unknown): boolean {
  const { path } = error as NodeJS.ErrnoException;
  return path?.startsWith(folder + sep) ?? false;
}

/** A file that is gone is told by its name, not in the system's words. */
function wordUnread(error: unknown): string {
  const { code, path = '', message } = error as NodeJS.ErrnoException;
  if (isEvicted(error)) return `something that its numbers are of was ${evicted}`;
  return code === 'ENOENT' ? `${path} is gone` : message;
}
