import type { Diagnostic } from '../engine/diagnostic.ts';
import { formatDiagnostics } from '../engine/diagnostic-text.ts';
import type { Output } from './io.ts';

/** Diagnostics on a screen, with their count where there are several errors. */
export function printDiagnostics(diagnostics: readonly Diagnostic[], err: Output): void {
  if (diagnostics.length === 0) return;
  const width = Math.max(40, err.width() - 8);
  err.write(`${formatDiagnostics(diagnostics, { colour: err.colour, width })}\n`);
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  if (errors > 1) err.write(`\n${errors} errors\n`);
}
