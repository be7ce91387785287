import { isOptimistic } from '../artifacts/models.ts';
import { checkLabels } from './check-labels.ts';
import type { Known } from './check-placement.ts';
import { scoredBy } from './check-unit.ts';
import { opened, readUnverified, shared, some } from './consumption.ts';
import type { Findings } from './findings.ts';
import { type AuditTask, inputDigests, inputsOf, type Lineage } from './lineage.ts';
import type { Unit } from './units.ts';

/** Files that hold labels, tables and definitions; everything else is sound or what was made of it. */
const tables = /\.(csv|json)$/;

/** Everything upstream of a training: who fitted something on clips that are scored later? */
export function checkAncestry(unit: Unit, known: Known, findings: Findings): void {
  const { lineage } = known;
  const scored = scoredBy(unit);
  // What is chosen by scores says so by its stamp.
  const stamped = isOptimistic(unit);
  // Of all folds in one task nothing can be told, which is said elsewhere.
  const single = unit.fold !== null || unit.protocol.folds === 1;
  if (single && !stamped) checkForerunners(unit, scored, lineage, findings);
  for (const task of lineage.ancestors(inputsOf(unit.task), unit.task.address)) {
    const { record, address } = task;
    // A training upstream fits and scores by trade; what may not follow from it is asked below.
    if (makes(task, trainings)) continue;
    for (const [role, doing] of [
      ['fit', 'was fitted on'],
      ['validate', 'chose by'],
      ['test', 'scored'],
    ] as const) {
      // Validation clips are there to choose by, and a number of them says so by its stamp.
      if (role !== 'fit' && unit.role === 'validate') continue;
      const both = shared(opened(record, role), scored);
      if (both.length === 0) continue;
      findings.add(
        'leak',
        role,
        address,
        `${doing} ${both.length} of the ${scored.size} clips that ${unit.task.address} scores (${some(both)}), before they were parted`,
      );
    }
    if (task.foreign) checkForeign(task, known, findings);
  }
}

/** Models that a training was given, and theirs: none of them may have been trained on what it scores. */
function checkForerunners(
  unit: Unit,
  scored: ReadonlySet<string>,
  lineage: Lineage,
  findings: Findings,
): void {
  const given = inputsOf(unit.task).filter((digest) =>
    trainings.includes(lineage.artifact(digest)?.type ?? ''),
  );
  for (const task of lineage.ancestors(given, unit.task.address)) {
    if (!makes(task, trainings)) continue;
    const both = shared(opened(task.record, 'fit'), scored);
    if (both.length === 0) continue;
    findings.add(
      'leak',
      'forerunner',
      unit.task.address,
      `builds on ${task.address}, which was trained on ${both.length} of the ${scored.size} clips that are scored (${some(both)})`,
    );
    return;
  }
}

const trainings = ['fold', 'models'];

function makes({ record }: AuditTask, types: readonly string[]): boolean {
  return Object.values(record.outputs).some(({ type }) => types.includes(type));
}

/** Of code that is not a release's only the records speak: do they prove that clips were kept apart? */
function checkForeign(task: AuditTask, { lineage, recordings }: Known, findings: Findings): void {
  const { record, address } = task;
  if (readUnverified(record)) {
    findings.add(
      'unverifiable',
      'raw',
      address,
      'read files itself, so what it read of whom is not known; read through openFeatures, or make it an each stage',
    );
    return;
  }
  if (sawPredictions(task, lineage)) {
    const message = 'had predictions in sight when it made what is trained on and scored';
    findings.add('leak', 'scores', address, message);
    return;
  }
  // A chunk is given one item at a time. By its content alone, if the item is named by that.
  if (record.items !== undefined) {
    const more = record.items.filter((item) => !recordings.knows(item));
    if (more.length === 0 && Object.keys(record.sources).length === 0) return;
    const what =
      more.length === 0
        ? `was given files of its own (${Object.keys(record.sources).join(', ')}) beside each clip`
        : `made ${more.length} clips of more than their sound`;
    const message = `${what}, so nothing shows that labels and names had no say`;
    findings.add('unverifiable', 'more', address, message);
    return;
  }
  if (addsContent(task, lineage)) {
    findings.add(
      'unverifiable',
      'mixes',
      address,
      `${record.kind === 'command' ? 'a program' : 'its own code'} made new content from all clips in one task, so nothing shows that each clip was treated by itself; an each stage proves it`,
    );
    return;
  }
  checkLabels(task, lineage, findings);
}

/** Whether any input tells how clips were predicted. */
export function sawPredictions(task: AuditTask, lineage: Lineage): boolean {
  return inputsOf(task).some((digest) => {
    const type = lineage.artifact(digest)?.type ?? '';
    return ['fold', 'models', 'evaluation', 'study'].includes(type);
  });
}

/** Whether an output holds sound or features that no input held. */
function addsContent(task: AuditTask, lineage: Lineage): boolean {
  const held = new Set(
    Object.keys(task.record.inputs).flatMap((port) =>
      inputDigests(task, port).flatMap((digest) =>
        Object.values(lineage.artifact(digest)?.files ?? {}),
      ),
    ),
  );
  return Object.values(task.record.outputs).some(({ files }) =>
    Object.entries(files).some(([file, digest]) => !tables.test(file) && !held.has(digest)),
  );
}
