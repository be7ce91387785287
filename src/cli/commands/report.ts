import { resolve } from 'node:path';
import { formatBytes } from '../../report/format.ts';
import { defineCommand, UsageError } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { makesAgain } from '../makes-again.ts';
import { pickRun } from '../pick-run.ts';
import { openStoredRun } from '../report/stored-run.ts';
import { showPath } from '../show-path.ts';
import { withConfig } from '../with-config.ts';
import { writeReport, writeRunsPage } from '../write-report.ts';

export const report = defineCommand({
  name: 'report',
  usage: '[RUN]',
  summary:
    'Writes the page of a recorded run again, and the list of all runs. RUN is an id or folder name; default latest.',
  positionals: { least: 0, most: 1 },
  options: {
    output: { type: 'text', short: 'o', value: 'FILE', summary: 'write the page there instead' },
  },
  examples: ['affekt report', 'affekt report k7f3 -o supplement.html'],
  async run({ options, positionals: [wanted = 'latest'], io }) {
    return withConfig(io, async ({ settings }) => {
      const stored = pickRun(settings['runs.path'], wanted, io.cwd);
      const target = options.output === undefined ? undefined : resolve(io.cwd, options.output);
      const run = openStoredRun(stored, settings['cache.path']);
      const { file, bytes, notices } = await writeReport(run, target).catch((error: unknown) => {
        const { code, path } = error as NodeJS.ErrnoException;
        if (code === undefined || path === undefined) throw error;
        throw new UsageError(
          `${showPath(path, io.cwd)} cannot be written (${code})`,
          'Name another file with --output.',
        );
      });
      for (const notice of notices) io.err.write(`not on the page: ${notice}\n`);
      if (notices.length > 0) io.err.write(`  ${makesAgain(stored.info)}.\n`);
      io.out.write(`report  ${showPath(file, io.cwd)} (${formatBytes(bytes)})\n`);
      if (target === undefined) writeRunsPage(settings['runs.path']);
      return exitCode.ok;
    });
  },
});
