import { type Config, type ConfigFlags, resolveConfig } from './config.ts';
import { exitCode } from './exit-code.ts';
import type { Io } from './io.ts';
import { printDiagnostics } from './print-diagnostics.ts';

/** For commands that need the configuration and no spec: its problems end the command. */
export async function withConfig(
  io: Io,
  body: (config: Config) => number | Promise<number>,
  flags: ConfigFlags = {},
): Promise<number> {
  const config = await resolveConfig(io, flags);
  if (!config.ok) {
    printDiagnostics(config.error, io);
    return exitCode.usage;
  }
  printDiagnostics(config.value.warnings, io);
  return body(config.value);
}
