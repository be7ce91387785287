import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { stageName } from '../../engine/address.ts';
import { evicted } from '../../engine/cache/evicted.ts';
import { readEvents, readOutputs, readTasks, stateOf } from '../../engine/record/runs.ts';
import { standingFailures } from '../../engine/record/standing-failures.ts';
import { wordFailure } from '../../report/failure-words.ts';
import { formatAgo, formatSeconds } from '../../report/format.ts';
import type { StageRow } from '../../report/report-data.ts';
import {
  evictedResults,
  readAnalyses,
  readResults,
  readStudies,
  resultLines,
} from '../../report/results.ts';
import { stageRows } from '../../report/stage-rows.ts';
import { warningLines } from '../../report/warning-lines.ts';
import { commandLine } from '../../util/command-line.ts';
import { formatCount } from '../../util/count.ts';
import { groupBy } from '../../util/group-by.ts';
import { defineCommand } from '../command.ts';
import { controlLines, labelWarnings } from '../control-lines.ts';
import { exitCode } from '../exit-code.ts';
import { makesAgain } from '../makes-again.ts';
import { lackOf, pickRun } from '../pick-run.ts';
import { searchLines } from '../search-lines.ts';
import { showPath } from '../show-path.ts';
import { stageOf } from '../stage-of.ts';
import { createStyle } from '../style.ts';
import { formatTable } from '../table.ts';
import { withConfig } from '../with-config.ts';

export const show = defineCommand({
  name: 'show',
  usage: '[RUN]',
  summary:
    'Shows a run: its result, stages and failures. RUN is an id or folder name; default latest.',
  positionals: { least: 0, most: 1 },
  options: { json: { type: 'flag', summary: 'everything recorded, as JSON' } },
  async run({ options, positionals: [wanted = 'latest'], io }) {
    return withConfig(io, ({ settings }) => {
      const { folder, info } = pickRun(settings['runs.path'], wanted, io.cwd);
      const tasks = readTasks(folder);
      const results = readResults(folder);
      const lost = evictedResults(folder);
      if (options.json) {
        const all = { folder, info, results, evicted: lost, tasks, outputs: readOutputs(folder) };
        io.out.write(`${JSON.stringify(all, null, 2)}\n`);
        return exitCode.ok;
      }
      const { bold, red, dim } = createStyle(io.out.colour);
      const ago = formatAgo(Date.now() - Date.parse(info.started));
      io.out.write(`${bold(info.name)}  run ${info.id}  ${stateOf(info)}  ${ago}\n`);
      io.out.write(dim(`${commandLine(info.argv)}\n`));
      const rows = variantsTogether(stageRows(tasks, stageOf)).map((row) => [
        row.address,
        formatCount(row.tasks, 'task'),
        row.cached === row.tasks ? 'cached' : `${row.tasks - row.cached} ran`,
        row.cached === row.tasks ? '' : formatSeconds(row.seconds),
      ]);
      const lack = lackOf({ folder, info });
      if (lack !== undefined) io.out.write(`\n${red('warning')} ${lack.message}\n  ${lack.hint}\n`);
      if (rows.length > 0) io.out.write(`\n${formatTable(rows, '  ')}`);
      for (const event of standingFailures(readEvents(folder))) {
        const { message, hint } = wordFailure(event.failure);
        io.out.write(`\n${red('failed')} ${event.address}: ${message}\n`);
        if (hint !== undefined) io.out.write(`  ${hint}\n`);
        io.out.write(dim(`  affekt logs --run ${info.id} '${event.address}'\n`));
      }
      const warnings = readAnalyses(folder).flatMap(({ address, analysis }) =>
        warningLines(address, analysis),
      );
      if (warnings.length > 0) io.out.write(`\n${warnings.join('\n')}\n`);
      const searches = readStudies(folder).flatMap(({ address, study }) =>
        searchLines(address, study),
      );
      if (searches.length > 0) io.out.write(`\n${searches.join('\n')}\n`);
      if (lost.length > 0) {
        io.out.write(`\n${red('warning')} results of ${lost.join(', ')} were ${evicted}\n`);
        io.out.write(`  ${makesAgain(info)}.\n`);
      }
      const lines = resultLines(results);
      if (lines.length > 0) io.out.write(`\n${lines.map((line) => `${bold(line)}\n`).join('')}`);
      for (const { address, metrics } of results) {
        const beside = [...labelWarnings(metrics), ...controlLines(metrics)];
        if (beside.length > 0 && results.length > 1) io.out.write(`${address}\n`);
        for (const line of beside) io.out.write(`${line}\n`);
      }
      const report = join(folder, 'report.html');
      io.out.write(
        existsSync(report)
          ? `report  ${showPath(report, io.cwd)}\n`
          : `folder  ${showPath(folder, io.cwd)}\n`,
      );
      return exitCode.ok;
    });
  },
});

/** Variants of a stage beyond these are one row: a search makes hundreds. */
const shownVariants = 8;

function variantsTogether(rows: readonly StageRow[]): readonly StageRow[] {
  const stages = groupBy(rows, ({ address }) => stageName(address));
  return [...stages].flatMap(([stage, own]) => {
    const variants = own.filter(({ address }) => address !== stage);
    if (variants.length <= shownVariants) return own;
    const sum = (of: (row: StageRow) => number): number =>
      variants.reduce((total, row) => total + of(row), 0);
    const together = {
      ...{ address: `${stage}, ${variants.length} variants`, tasks: sum(({ tasks }) => tasks) },
      ...{ cached: sum(({ cached }) => cached), seconds: sum(({ seconds }) => seconds) },
    };
    return [...own.filter(({ address }) => address === stage), together];
  });
}
