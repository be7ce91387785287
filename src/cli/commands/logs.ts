import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { logName } from '../../engine/record/recorder.ts';
import { eachRun, readTasks } from '../../engine/record/runs.ts';
import { nearest } from '../../util/suggest.ts';
import { defineCommand, UsageError } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { pickRun } from '../pick-run.ts';
import { createStyle } from '../style.ts';
import { withConfig } from '../with-config.ts';

export const logs = defineCommand({
  name: 'logs',
  usage: '[ADDRESS]',
  summary: 'Prints the log of a task, or lists the tasks that have one.',
  positionals: { least: 0, most: 1 },
  options: { run: { type: 'text', value: 'RUN', summary: 'of this run; default latest' } },
  examples: ["affekt logs 'cnn[fold=3,seed=1]'", 'affekt logs --run k7f3 mel'],
  async run({ options, positionals: [address], io }) {
    return withConfig(io, ({ settings }) => {
      const runsFolder = settings['runs.path'];
      const { folder, info } = pickRun(runsFolder, options.run ?? 'latest', io.cwd);
      const present = logged(folder);
      if (address === undefined) {
        if (present.length === 0)
          io.out.write(`run ${info.id} has no log: no task of it failed or told anything\n`);
        for (const name of present) io.out.write(`${name}\n`);
        return exitCode.ok;
      }
      const tasks = readTasks(folder).map((task) => task.address);
      const own = logFile(folder, address);
      if (existsSync(own)) return print(own, io);
      // Cached in this run: an earlier one made it.
      for (const earlier of options.run === undefined ? eachRun(runsFolder) : []) {
        const file = logFile(earlier.folder, address);
        if (earlier.info.name !== info.name || !existsSync(file)) continue;
        const { dim } = createStyle(io.err.colour);
        io.err.write(dim(`log of run ${earlier.info.id}; cached in run ${info.id}\n`));
        return print(file, io);
      }
      const near = nearest(address, [...present, ...tasks]);
      const suggestion = near === undefined ? '' : `; did you mean ${near}?`;
      throw new UsageError(
        `no log of "${address}"${suggestion}`,
        'affekt logs lists those there are.',
      );
    });
  },
});

function logFile(folder: string, address: string): string {
  return join(folder, 'logs', logName(address));
}

function logged(folder: string): readonly string[] {
  try {
    return readdirSync(join(folder, 'logs'))
      .filter((file) => file.endsWith('.log'))
      .map((file) => file.slice(0, -'.log'.length).replaceAll('__', '/'))
      .sort();
  } catch {
    return [];
  }
}

function print(file: string, io: Io): number {
  io.out.write(readFileSync(file, 'utf8'));
  return exitCode.ok;
}
