import type { Diagnostic, Location } from './diagnostic.ts';

export interface DiagnosticStyle {
  /** ANSI colours. Default false. */
  readonly colour?: boolean;
  /** Longest source line to print, in characters; default 120. */
  readonly width?: number;
}

type Paint = (code: string, text: string) => string;

/** All diagnostics as text, a blank line between them, no line feed at the end. */
export function formatDiagnostics(
  diagnostics: readonly Diagnostic[],
  style: DiagnosticStyle = {},
): string {
  return diagnostics.map((d) => formatDiagnostic(d, style)).join('\n\n');
}

/**
 * One diagnostic: `file:line:col error: message`, the source line with a squiggle, the nearest valid
 * value, the next step, and the further places that belong to it.
 */
export function formatDiagnostic(diagnostic: Diagnostic, style: DiagnosticStyle = {}): string {
  const paint: Paint = (code, text) => (style.colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const width = style.width ?? 120;
  const tone = diagnostic.severity === 'error' ? '31' : '33';
  const lines: string[] = [];
  const place = diagnostic.location ? `${paint('1', placeOf(diagnostic.location))} ` : '';
  // A message may list what it speaks of in further lines.
  const message = diagnostic.message.split('\n').map(plain).join('\n');
  lines.push(`${place}${paint(`1;${tone}`, `${diagnostic.severity}:`)} ${message}`);
  if (diagnostic.location) lines.push(...excerpt(diagnostic.location, width, tone, paint));
  if (diagnostic.nearest !== undefined) {
    lines.push(`  did you mean ${paint('32', plain(diagnostic.nearest))}?`);
  }
  if (diagnostic.hint !== undefined) lines.push(`  ${plain(diagnostic.hint)}`);
  for (const { message, location } of diagnostic.related ?? []) {
    lines.push(
      `  ${placeOf(location)} ${plain(message)}`,
      ...excerpt(location, width, '36', paint),
    );
  }
  return lines.join('\n');
}

function placeOf(location: Location): string {
  if (location.file === 'command line') return 'command line:';
  return `${plain(location.file)}:${location.line}:${location.column}`;
}

function excerpt(location: Location, width: number, tone: string, paint: Paint): readonly string[] {
  if (location.text.trim() === '') return [];
  const start = location.column - 1;
  // A long line is cut around the place, so that the squiggle is always on screen.
  const from = start + location.length > width ? Math.max(0, start - Math.floor(width / 3)) : 0;
  const cut = location.text.slice(from, from + width);
  const before = cut.slice(0, start - from);
  const marked = location.text.slice(start, Math.min(start + location.length, from + width));
  const head = from > 0 ? '…' : '';
  const tail = from + width < location.text.length ? '…' : '';
  const pad = ' '.repeat(head.length) + blank(before);
  return [
    `    ${head}${plain(cut)}${tail}`,
    `    ${pad}${paint(tone, '~'.repeat(Math.max(1, blank(marked).length)))}`,
  ];
}

/** Spaces as wide as the text on a terminal. Tabs are printed as one space by `plain`. */
function blank(text: string): string {
  let out = '';
  for (const char of text) out += ' '.repeat(cells(char.codePointAt(0) ?? 0));
  return out;
}

/** Terminal cells of a code point: 2 for East Asian wide and emoji, 0 for combining marks. */
function cells(code: number): number {
  if ((code >= 0x300 && code <= 0x36f) || code === 0x200d || (code >= 0xfe00 && code <= 0xfe0f)) {
    return 0;
  }
  const wide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd);
  return wide ? 2 : 1;
}

/** Control characters would let a spec file write to the user's terminal. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/\t/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd');
}

/** A place in a command-line argument. `column` is 1-based. */
export function commandLineLocation(
  argument: string,
  column = 1,
  length = argument.length - column + 1,
): Location {
  return { file: 'command line', line: 1, column, length: Math.max(1, length), text: argument };
}
