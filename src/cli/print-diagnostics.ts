import type { Diagnostic, Location } from '../engine/diagnostic.ts';
import { formatDiagnostics } from '../engine/diagnostic-text.ts';
import type { Io } from './io.ts';
import { showPath } from './show-path.ts';

/** More would not be read: the first ones scroll away, and are often what causes the rest. */
const most = 20;

/** Diagnostics on a screen, with their count where there are several errors. */
export function printDiagnostics(diagnostics: readonly Diagnostic[], { err, cwd }: Io): void {
  if (diagnostics.length === 0) return;
  const width = Math.max(40, err.width() - 8);
  const shown = diagnostics.slice(0, most).map((diagnostic) => nearby(diagnostic, cwd));
  err.write(`${formatDiagnostics(shown, { colour: err.colour, width })}\n`);
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const rest = diagnostics.length - shown.length;
  if (errors > 1) {
    err.write(`\n${errors} errors${rest > 0 ? `; the first ${most} are shown` : ''}\n`);
  }
}

/** Paths as the user can paste them. */
function nearby(diagnostic: Diagnostic, cwd: string): Diagnostic {
  const place = (at: Location): Location =>
    at.file.startsWith('/') ? { ...at, file: showPath(at.file, cwd) } : at;
  const { location, related } = diagnostic;
  return {
    ...diagnostic,
    ...(location === undefined ? {} : { location: place(location) }),
    ...(related === undefined
      ? {}
      : { related: related.map((one) => ({ ...one, location: place(one.location) })) }),
  };
}
