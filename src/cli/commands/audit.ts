import { auditRun } from '../../audit/audit.ts';
import { CachePaths } from '../../engine/cache/paths.ts';
import { Records } from '../../engine/cache/records.ts';
import { readOutputs, readTasks } from '../../engine/record/runs.ts';
import { stageKinds } from '../../kinds.ts';
import { formatAudit } from '../audit-text.ts';
import { defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { pickRun } from '../pick-run.ts';
import { withConfig } from '../with-config.ts';

export const audit = defineCommand({
  name: 'audit',
  usage: '[RUN]',
  summary:
    'Shows from the records of a run which clips each number was made of, and whether it is what it says. Exit code 3 unless it is clean.',
  positionals: { least: 0, most: 1 },
  options: { json: { type: 'flag', summary: 'everything that was found, as JSON' } },
  examples: ['affekt audit', 'affekt audit k7f3 --json'],
  async run({ options, positionals: [wanted = 'latest'], io }) {
    return withConfig(io, {}, ({ settings }) => {
      const { folder, info } = pickRun(settings['runs.path'], wanted);
      const paths = new CachePaths(settings['cache.path']);
      const report = auditRun(
        { id: info.id, tasks: readTasks(folder), outputs: readOutputs(folder) },
        { paths, records: new Records(paths), kinds: new Set(Object.keys(stageKinds)) },
      );
      io.out.write(
        options.json
          ? `${JSON.stringify(report, null, 2)}\n`
          : formatAudit(report, info.name, io.out.colour),
      );
      return report.verdict === 'clean' ? exitCode.ok : exitCode.negative;
    });
  },
});
