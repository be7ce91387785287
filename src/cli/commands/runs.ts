import { listRuns, stateOf } from '../../engine/record/runs.ts';
import { formatAgo, formatSeconds } from '../../report/format.ts';
import { readResults, resultLines } from '../../report/results.ts';
import { nearest } from '../../util/suggest.ts';
import { defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { showPath } from '../show-path.ts';
import { createStyle } from '../style.ts';
import { formatTable } from '../table.ts';
import { withConfig } from '../with-config.ts';

export const runs = defineCommand({
  name: 'runs',
  usage: '[NAME]',
  summary: 'Lists runs, newest first, with their results; NAME keeps those of one experiment.',
  positionals: { least: 0, most: 1 },
  options: {
    limit: {
      type: 'integer',
      short: 'n',
      value: 'N',
      minimum: 1,
      summary: 'the newest N; default 20',
    },
    json: { type: 'flag', summary: 'one run per line, as JSON' },
  },
  async run({ options, positionals: [name], io }) {
    return withConfig(io, {}, ({ settings }) => {
      const all = listRuns(settings['runs.path']).filter(
        ({ info }) => name === undefined || info.name === name,
      );
      const shown = all.slice(0, options.limit ?? 20);
      if (options.json) {
        for (const { folder, info } of shown) {
          const results = resultLines(readResults(folder));
          io.out.write(`${JSON.stringify({ folder, ...info, results })}\n`);
        }
        return exitCode.ok;
      }
      if (all.length === 0) {
        io.out.write(wordNone(settings['runs.path'], name, io.cwd));
        return exitCode.ok;
      }
      const rows = shown.map(({ folder, info }) => [
        info.id,
        stateOf(info),
        info.name,
        formatAgo(Date.now() - Date.parse(info.started)),
        info.ended === null
          ? ''
          : formatSeconds((Date.parse(info.ended) - Date.parse(info.started)) / 1000),
        wordResults(resultLines(readResults(folder)), info.id),
      ]);
      io.out.write(formatTable(rows));
      const rest = all.length - shown.length;
      const { dim } = createStyle(io.out.colour);
      if (rest > 0) io.out.write(dim(`and ${rest} older; -n ${all.length} shows all\n`));
      return exitCode.ok;
    });
  },
});

/** One line is one run: several numbers are `show`'s. */
function wordResults([first, ...more]: readonly string[], id: string): string {
  if (first === undefined || more.length === 0) return first ?? '';
  return `${first}; ${more.length} more: affekt show ${id}`;
}

/** Where it was looked, and what there is instead. */
function wordNone(folder: string, name: string | undefined, cwd: string): string {
  const names = [...new Set(listRuns(folder).map(({ info }) => info.name))];
  if (name === undefined || names.length === 0) {
    return `no run yet in ${showPath(folder, cwd)}\n  Make one: affekt run SPEC\n`;
  }
  const near = nearest(name, names);
  const hint =
    near === undefined
      ? `There are runs of ${names.slice(0, 8).join(', ')}.`
      : `did you mean ${near}?`;
  return `no run of "${name}"\n  ${hint}\n`;
}
