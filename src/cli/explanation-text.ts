import type { Explanation } from '../engine/engine.ts';
import { formatCount } from '../util/count.ts';
import { groupBy } from '../util/group-by.ts';
import type { Json } from '../util/json.ts';
import { unreachable } from '../util/unreachable.ts';
import { isChunk, stageOf } from './stage-of.ts';
import { createStyle, type Style } from './style.ts';
import { formatTable } from './table.ts';
import { wordReasons, wordValue } from './words.ts';

/** Tasks that are shown in full; a glob over hundreds of folds is cut. */
const shown = 12;

/** Key fields of tasks beside those of the last run; chunks that differ in their clips alone are one. Pure. */
export function formatExplanations(explanations: readonly Explanation[], colour: boolean): string {
  const style = createStyle(colour);
  const alike = [...groupBy(explanations, likeness).values()];
  const blocks = alike.slice(0, shown).map((group) => formatExplanation(group, style));
  const rest = alike.slice(shown).flat().length;
  if (rest > 0) blocks.push(`and ${rest} more; a narrower address shows them\n`);
  return blocks.join('\n');
}

/** What is the same of chunks that are shown as one: everything but which clips they have. */
function likeness({ address, kind, status, reason, fields, previousRun }: Explanation): string {
  if (!isChunk(address)) return address;
  const others = fields.filter(({ field }) => field !== 'items');
  return JSON.stringify([stageOf(address), kind, status, reason?.why, others, previousRun]);
}

function formatExplanation(group: readonly Explanation[], style: Style): string {
  const [explanation] = group;
  if (explanation === undefined) return '';
  const { address, kind, key, previousRun } = explanation;
  const more = group.length === 1 ? '' : ` and ${formatCount(group.length - 1, 'chunk')} alike`;
  const id = key === undefined || more !== '' ? '' : style.dim(`  key ${key.slice(0, 8)}`);
  const head = `${style.bold(address)}${more}  ${kind}  ${wordStatus(group)}${id}\n`;
  const fields = explanation.fields.map((one) => (one.field === 'items' ? itemsOf(group) : one));
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

/** The clips of all chunks as one field. */
function itemsOf(group: readonly Explanation[]): Explanation['fields'][number] {
  const all = group.flatMap(({ fields }) => fields.filter(({ field }) => field === 'items'));
  const count = (lists: readonly (Json | null | undefined)[]): string =>
    formatCount(lists.flat().filter((one) => one != null).length, 'clip');
  const before = all.filter((one) => one.before !== undefined);
  return {
    field: 'items',
    value: count(all.map(({ value }) => value)),
    ...(before.length > 0 && { before: count(before.map((one) => one.before)) }),
    same: all.every(({ same }) => same),
  };
}

function wordStatus(group: readonly Explanation[]): string {
  const status = group[0]?.status ?? 'depends';
  const reason = wordReasons(
    group.flatMap((one) => (one.reason === undefined ? [] : [one.reason])),
  );
  switch (status) {
    case 'cached':
      return 'cached';
    case 'depends':
      return 'depends: what it reads has to be made first';
    case 'run':
      return reason === undefined ? 'RUN' : `RUN  ${reason}`;
    default:
      return unreachable(status);
  }
}

function wordBefore(field: string, before: Explanation['fields'][number]['before']): string {
  if (before !== undefined) return `was ${wordValue(before, 60)}`;
  return field.startsWith('param ') ? 'was the default' : 'was not there';
}
