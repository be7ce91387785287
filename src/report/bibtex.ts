import type { Citation } from '../util/citation.ts';

/** Entries as BibTeX, each key once, in their order. */
export function bibtex(citations: readonly Citation[]): string {
  const byKey = new Map(citations.map((citation) => [citation.key, citation]));
  return [...byKey.values()].map(entry).join('\n');
}

function entry({ type, key, fields }: Citation): string {
  const lines = Object.entries(fields).map(([name, value]) => `  ${name} = {${escapeTex(value)}}`);
  return `@${type}{${key},\n${lines.join(',\n')}\n}\n`;
}

/** What TeX would take for a command. Braces and accents of a citation are meant. */
function escapeTex(text: string): string {
  return text.replaceAll(/(?<!\\)[&%#_$]/g, (sign) => `\\${sign}`);
}
