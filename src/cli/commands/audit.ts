import { auditRun } from '../../audit/audit.ts';
import { stageKinds } from '../../kinds.ts';
import { formatAudit } from '../audit-text.ts';
import { withAudited } from '../audited.ts';
import { defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';

export const audit = defineCommand({
  name: 'audit',
  usage: '[RUN|PACK]',
  summary:
    'Shows from the records of a run, or of a pack, which clips each number was made of, and whether it is what it says. Exit code 3 unless it is clean.',
  positionals: { least: 0, most: 1 },
  options: { json: { type: 'flag', summary: 'everything that was found, as JSON' } },
  examples: ['affekt audit', 'affekt audit k7f3 --json', 'affekt audit supplement.zip'],
  run({ options, positionals: [wanted = 'latest'], io }) {
    return withAudited(wanted, io, (audited) => {
      const { run, sources, left } = audited;
      const kinds = new Set(Object.keys(stageKinds));
      const report = auditRun(run, { ...sources, kinds });
      io.out.write(
        options.json
          ? `${JSON.stringify({ ...report, ...(left && { left_out: left }) }, null, 2)}\n`
          : formatAudit(report, audited, io.out.colour),
      );
      return report.verdict === 'clean' ? exitCode.ok : exitCode.negative;
    });
  },
});
