import { withoutSecrets } from '../../tracking/client/index.ts';
import { defineCommand } from '../command.ts';
import { runChecks } from '../doctor.ts';
import { exitCode } from '../exit-code.ts';
import { createStyle } from '../style.ts';
import { formatTable } from '../table.ts';
import { checkTracking } from '../tracking/check-tracking.ts';
import { withConfig } from '../with-config.ts';

export const doctor = defineCommand({
  name: 'doctor',
  usage: '',
  summary:
    'Checks this machine, the configuration, the folders and the tracking server; says what to change.',
  positionals: { least: 0, most: 0 },
  options: {},
  async run({ io }) {
    return withConfig(io, async (config) => {
      const { green, yellow, red, bold } = createStyle(io.out.colour);
      const signs = { good: green('✓'), note: yellow('!'), bad: red('✗') } as const;
      const checks = [...runChecks(config), ...(await checkTracking(config, io))];
      for (const { level, text, hint } of checks) {
        io.out.write(`${signs[level]} ${text}\n`);
        if (hint !== undefined) io.out.write(`    ${hint}\n`);
      }
      io.out.write(`\n${bold('configuration')}\n`);
      const rows = Object.entries(config.settings).map(([name, value]) => [
        name,
        value === null ? 'none' : withoutSecrets(String(value)),
        config.origins[name as keyof typeof config.origins],
      ]);
      io.out.write(formatTable(rows, '  '));
      return checks.some(({ level }) => level === 'bad') ? exitCode.usage : exitCode.ok;
    });
  },
});
