import type { ClipFacts } from './clip-facts.ts';
import { opened, readUnverified, shared, some } from './consumption.ts';
import type { Findings } from './findings.ts';
import type { Unit } from './units.ts';

type Table = ReadonlyMap<string, ClipFacts>;

/** What a table says of clips that differ only by their name. */
const twins = [
  ['audio', 'is the same sound'],
  ['origin', 'is a copy of the same recording'],
] as const;

const claimed = ['speaker', 'text'] as const;

/**
 * One training against the clips it scored: by id, by sound, by the recording that a clip is a copy of,
 * and by what the protocol says the two sides do not share.
 */
export function checkUnit(unit: Unit, tables: readonly Table[], findings: Findings): void {
  const { task, protocol } = unit;
  const { record, address } = task;
  const fit = opened(record, 'fit');
  const validate = opened(record, 'validate');
  const test = new Set([...opened(record, 'test'), ...unit.scored]);
  const folds = unit.fold === null ? protocol.folds : 1;
  if (readUnverified(record)) {
    findings.add(
      'unverifiable',
      'raw',
      address,
      'read files itself, so which clips it was trained on is not known',
    );
  }
  if (folds > 1) {
    // Over several folds every clip plays every part: one record cannot tell them apart.
    findings.add(
      'unverifiable',
      'all-folds',
      address,
      `trained ${folds} folds in one task, so its record cannot tell which clips each fold was trained on; make one task per fold`,
    );
    return;
  }
  if (fit.size === 0 && task.foreign && !readUnverified(record)) {
    findings.add(
      'unverifiable',
      'no-fit',
      address,
      'opened no clip to train on through a reader, so where its predictions come from is not known',
    );
  }
  for (const [role, ids, doing] of [
    ['fit', fit, 'trained on'],
    ['validate', validate, 'chose its model by'],
  ] as const) {
    const both = shared(ids, test);
    if (both.length > 0) {
      const message = `${doing} ${both.length} of the ${test.size} clips that it scored (${some(both)})`;
      findings.add('leak', role, address, message);
    }
  }
  const scoredApply = shared(opened(record, 'apply'), test);
  if (scoredApply.length > 0 && !unit.enrolled) {
    findings.add(
      'leak',
      'adapted',
      address,
      `adapted to ${scoredApply.length} of the clips that it scored (${some(scoredApply)}), and no stamp says so`,
    );
  }
  checkTwins(unit, new Set([...fit, ...validate]), test, tables, findings);
  checkSplit(unit, { fit, validate, test }, findings);
}

function checkTwins(
  { task, protocol }: Unit,
  trained: ReadonlySet<string>,
  test: ReadonlySet<string>,
  tables: readonly Table[],
  findings: Findings,
): void {
  for (const table of tables) {
    const valuesOf = (key: keyof ClipFacts): Map<string, string> => {
      const found = new Map<string, string>();
      for (const id of trained) {
        const value = table.get(id)?.[key];
        if (value) found.set(value, id);
      }
      return found;
    };
    for (const [key, what] of twins) {
      const known = valuesOf(key);
      for (const id of test) {
        const twin = known.get(table.get(id)?.[key] ?? '');
        if (twin === undefined || twin === id) continue;
        const message = `trained on "${twin}", which ${what} as "${id}", which it scored`;
        findings.add('leak', key, task.address, message);
        break;
      }
    }
    for (const key of claimed) {
      const denied = protocol.disjoint.includes(key);
      if (!denied && key !== 'speaker') continue;
      const known = valuesOf(key);
      const both = [...new Set([...test].map((id) => table.get(id)?.[key] ?? ''))].filter((value) =>
        known.has(value),
      );
      if (both.length === 0) continue;
      const names = some(both.sort());
      const are = `${both.length === 1 ? 'is' : 'are'} trained on and scored`;
      const place = task.address;
      if (denied) {
        const message = `the protocol says that no ${key} is on both sides, but ${names} ${are}`;
        findings.add('leak', `claimed-${key}`, place, message);
      } else {
        const message = `${key} ${names} ${are}, as the protocol says`;
        findings.add('note', `shared-${key}`, place, message);
      }
    }
  }
}

/** What was opened and scored against what the split says. */
function checkSplit(
  { task, split, scored, enrolled }: Unit,
  roles: Readonly<Record<'fit' | 'validate' | 'test', ReadonlySet<string>>>,
  findings: Findings,
): void {
  if (split === undefined) return;
  for (const role of ['fit', 'validate', 'test'] as const) {
    const allowed = new Set(split[role]);
    const other = [...roles[role]].filter((id) => !allowed.has(id)).sort();
    if (other.length === 0) continue;
    const message = `opened ${other.length} clips as ${role} that the split does not give that role (${some(other)})`;
    findings.add('wrong', `split-${role}`, task.address, message);
  }
  // Enrolled clips are not scored, by design.
  const given = new Set(scored);
  const missing = enrolled ? [] : split.test.filter((id) => !given.has(id));
  if (missing.length > 0) {
    const message = `${missing.length} of ${split.test.length} clips of the test part are not scored (${some(missing)})`;
    findings.add('wrong', 'unscored', task.address, message);
  }
}
