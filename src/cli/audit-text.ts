import type { AuditReport, Finding, FoldFacts, Severity, Verdict } from '../audit/types.ts';
import type { LeftOut } from '../pack/contents.ts';
import { formatCount } from '../util/count.ts';
import type { Audited } from './audited.ts';
import { createStyle, type Style } from './style.ts';
import { formatTable } from './table.ts';

const verdicts: Readonly<Record<Verdict, string>> = {
  clean: 'clean: no scored clip had a say in the model that scored it',
  leak: 'LEAK: a number below is not what it says',
  wrong: 'WRONG: what is stated is not what the records give',
  damaged: 'DAMAGED: bytes have changed since they were recorded',
  unverifiable: 'UNVERIFIABLE: the records cannot show that the numbers are honest',
};

/** A report for the screen: the numbers, who was trained on and scored, what was found, the verdict. */
export function formatAudit(
  report: AuditReport,
  { name, left, again }: Pick<Audited, 'name' | 'left' | 'again'>,
  colour: boolean,
): string {
  const style = createStyle(colour);
  const blocks = [`${style.bold(name)}  run ${report.run}\n`];
  for (const set of report.sets) {
    blocks.push(`${style.bold(set.name)}: ${set.sentence}\n${formatFolds(set.folds)}`);
  }
  const found = report.findings.map((finding) => formatFinding(finding, style));
  if (found.length > 0) blocks.push(found.join(''));
  const { tasks, objects, missing } = report.checked;
  const next = again === undefined ? '' : `; ${again}`;
  const gone =
    missing > 0 ? `, ${missing} ${left ? 'not in the pack' : 'no longer in the cache'}${next}` : '';
  blocks.push(
    `${formatCount(tasks, 'record')} read, ${formatCount(objects, 'object')} hashed${gone}\n${left ? unseen(left) : ''}${
      report.verdict === 'clean'
        ? style.green(verdicts.clean) + butFor(report)
        : style.red(verdicts[report.verdict])
    }\n`,
  );
  return blocks.join('\n');
}

/** What a stamp has to say for itself. */
function butFor({ sets }: AuditReport): string {
  const names = sets.filter(({ optimistic }) => optimistic).map(({ name }) => name);
  if (names.length === 0) return '';
  return `\nbut for its params, as the stamp says: those of ${names.join(', ')} were chosen on the clips that score it`;
}

type LeftOutOfPack = Readonly<Record<LeftOut, number>>;

/** What a pack cannot show. */
function unseen({ sound, features, derived }: LeftOutOfPack): string {
  const parts = [
    ...(sound > 0 ? [formatCount(sound, 'recording')] : []),
    ...(features > 0 ? [formatCount(features, 'feature file')] : []),
    ...(derived > 0 ? [`${formatCount(derived, 'file')} of own code`] : []),
  ];
  if (parts.length === 0) return '';
  return `not checked here, since the pack is without them: the bytes of ${parts.join(', ')}. Who has the corpus checks them with affekt reproduce.\n`;
}

/** Who was trained on and scored; where a search chose the params, by how many clips. */
function formatFolds(folds: readonly FoldFacts[]): string {
  const chosen = folds.some(({ choice }) => choice !== null);
  const heads = ['fold', 'seed', 'fit', 'validate', ...(chosen ? ['chosen by'] : []), 'test'];
  const row = (facts: FoldFacts): readonly string[] => {
    const { fold, seed, fit, validate, choice, test, speakers } = facts;
    const shown = speakers.length > 6 ? [...speakers.slice(0, 6), '…'] : speakers;
    const by = chosen ? [choice ?? 0] : [];
    return [fold ?? 'all', seed ?? 'all', fit, validate, ...by, test, shown.join(' ')].map(String);
  };
  return formatTable([[...heads, 'scored speakers'], ...folds.map(row)], '  ');
}

function formatFinding({ severity, address, message, more }: Finding, style: Style): string {
  const others = more > 0 ? style.dim(` (and ${more} more like it)`) : '';
  return `${paint(severity, style)} ${style.bold(address)} ${message}${others}\n`;
}

function paint(severity: Severity, style: Style): string {
  const word = severity.padEnd(12);
  if (severity === 'note') return style.dim(word);
  return severity === 'unverifiable' ? style.yellow(word) : style.red(word);
}
