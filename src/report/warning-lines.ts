import type { Analysis } from '../artifacts/analysis.ts';

/** The warnings of an analysis, one line each, as a terminal shows them. */
export function warningLines(address: string, { findings }: Analysis): readonly string[] {
  return findings
    .filter(({ level }) => level === 'warning')
    .map(({ text }) => `${address} warns: ${text}`);
}
