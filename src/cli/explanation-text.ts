import type { Explanation } from '../engine/engine.ts';
import { unreachable } from '../util/unreachable.ts';
import { createStyle, type Style } from './style.ts';
import { formatTable } from './table.ts';
import { wordReason, wordValue } from './words.ts';

/** Tasks that are shown in full; a glob over hundreds of chunks is cut. */
const shown = 12;

/** Key fields of tasks beside those of the last run. Pure. */
export function formatExplanations(explanations: readonly Explanation[], colour: boolean): string {
  const style = createStyle(colour);
  const blocks = explanations.slice(0, shown).map((each) => formatExplanation(each, style));
  const rest = explanations.length - shown;
  if (rest > 0) blocks.push(`and ${rest} more; a narrower address shows them\n`);
  return blocks.join('\n');
}

function formatExplanation(explanation: Explanation, style: Style): string {
  const { address, kind, key, fields, previousRun } = explanation;
  const id = key === undefined ? '' : style.dim(`  key ${key.slice(0, 8)}`);
  const head = `${style.bold(address)}  ${kind}  ${wordStatus(explanation)}${id}\n`;
  const compared = fields.some(({ before }) => before !== undefined);
  const rows = fields.map(({ field, value, before, same }) => [
    same ? ' ' : '*',
    field,
    value === undefined ? '' : wordValue(value, 60),
    same || !compared ? '' : wordBefore(field, before),
  ]);
  const from = previousRun === undefined ? '' : `  compared with run ${previousRun}\n`;
  const table = formatTable(rows, '  ').replace(/^ {2}\*.*$/gm, (line) => style.yellow(line));
  return `${head}${table}${from}`;
}

function wordStatus({ status, reason }: Explanation): string {
  switch (status) {
    case 'cached':
      return 'cached';
    case 'depends':
      return 'depends: what it reads has to be made first';
    case 'run':
      return reason === undefined ? 'RUN' : `RUN  ${wordReason(reason)}`;
    default:
      return unreachable(status);
  }
}

function wordBefore(field: string, before: Explanation['fields'][number]['before']): string {
  if (before !== undefined) return `was ${wordValue(before, 60)}`;
  return field.startsWith('param ') ? 'was the default' : 'was not there';
}
