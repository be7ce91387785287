import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nearest } from '../util/suggest.ts';
import { parseArguments } from './arguments.ts';
import { UsageError } from './command.ts';
import { commands } from './commands.ts';
import { exitCode } from './exit-code.ts';
import { commandHelp, programHelp } from './help.ts';
import { createOutput, type Io } from './io.ts';
import { packageVersion } from './package-root.ts';
import { createStyle } from './style.ts';

/** argv → command → exit code. */
async function main(argv: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    const topic = name === 'help' ? rest[0] : undefined;
    if (topic !== undefined) return main([topic, '--help'], io);
    io.out.write(programHelp());
    return name === undefined ? exitCode.usage : exitCode.ok;
  }
  if (name === '--version' || name === '-V') {
    io.out.write(`affekt ${packageVersion()}\n`);
    return exitCode.ok;
  }
  const entry = commands.find((command) => command.name === name);
  if (entry === undefined) throw unknownCommand(name);
  const command = await entry.load();
  const { options, positionals, profile, help } = parseArguments(command, rest);
  if (help) {
    io.out.write(commandHelp(command));
    return exitCode.ok;
  }
  const env = profile === undefined ? io.env : { ...io.env, AFFEKT_PROFILE: profile };
  return command.run({ options, positionals, argv, commands, io: { ...io, env } });
}

function unknownCommand(name: string): UsageError {
  if (/\.ya?ml$/.test(name)) {
    return new UsageError(`unknown command "${name}"`, `To run a spec: affekt run ${name}`);
  }
  const near = nearest(
    name,
    commands.map((command) => command.name),
  );
  const suggestion = near === undefined ? '' : `; did you mean ${near}?`;
  return new UsageError(`unknown command "${name}"${suggestion}`, 'See affekt --help.');
}

/** Words what was thrown. A stack is for the log, never for the screen. */
async function report(error: unknown, io: Io): Promise<number> {
  const { wordFailure } = await import('../report/failure-words.ts');
  const { red, bold } = createStyle(io.err.colour);
  const head = bold(red('error:'));
  if (error instanceof UsageError) {
    io.err.write(`${head} ${error.message}\n`);
    if (error.hint !== undefined) io.err.write(`  ${error.hint}\n`);
    return exitCode.usage;
  }
  const { code, syscall, path = '' } = error as NodeJS.ErrnoException;
  if (code !== undefined && syscall !== undefined) {
    const words = wordFailure({ reason: 'storage', code, path, message: String(error) });
    io.err.write(`${head} ${words.message}\n  ${words.hint}\n`);
    return exitCode.failed;
  }
  const { message = String(error), stack = message } = error as Partial<Error>;
  const log = join(tmpdir(), `affekt-error-${process.pid}.log`);
  io.err.write(`${head} internal error: ${message}\n`);
  try {
    writeFileSync(log, `affekt ${packageVersion()}, node ${process.version}\n${stack}\n`);
    io.err.write(`  This is a bug of affekt. Details: ${log}\n`);
  } catch {
    io.err.write('  This is a bug of affekt. Its log could not be written either.\n');
  }
  return exitCode.failed;
}

const io: Io = {
  cwd: process.cwd(),
  env: process.env,
  out: createOutput(process.stdout, process.env),
  err: createOutput(process.stderr, process.env),
};
try {
  process.exitCode = await main(process.argv.slice(2), io);
} catch (error) {
  process.exitCode = await report(error, io);
}
// Written by now, or refused: streams are told of it late.
process.once('beforeExit', () => {
  const code = io.out.lost();
  if (code === undefined) return;
  io.err.write(`error: what was printed could not be written (${code})\n`);
  process.exitCode ||= exitCode.failed;
});
