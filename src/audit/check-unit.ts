import type { Digest } from '../engine/digest.ts';
import type { ClipTable } from './clip-facts.ts';
import { opened, readUnverified, shared, some } from './consumption.ts';
import type { Findings } from './findings.ts';
import type { Recordings } from './recordings.ts';
import type { Unit } from './units.ts';

/** What an audit knows of clips beyond their names. */
export interface KnownClips {
  readonly tables: readonly ClipTable[];
  readonly recordings: Recordings;
}

const claimed = ['speaker', 'text'] as const;

/**
 * One training against the clips it scored: by id, by sound, by the recording that a clip is a copy of,
 * and by what the protocol says the two sides do not share.
 */
export function checkUnit(unit: Unit, known: KnownClips, findings: Findings): void {
  const { task, protocol, role: scoredAs } = unit;
  const { record, address } = task;
  const fit = opened(record, 'fit');
  const validate = opened(record, 'validate');
  const test = scoredBy(unit);
  const folds = unit.fold === null ? protocol.folds : 1;
  const labelsInReach = [...test].some((id) => unit.sounds.has(id));
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
  if (task.foreign && labelsInReach) {
    findings.add(
      'unverifiable',
      'labels-in-reach',
      address,
      `is code of its own and had the labels of the ${test.size} clips that it scored at hand: records show which clips it opened, not that these labels had no say`,
    );
  }
  const training = record.sources['training'];
  if (!task.foreign && training !== undefined) {
    const message = `is a training of its own (code ${training.slice(0, 8)}), which was given the scored clips after it, one by one, without labels and names`;
    findings.add('note', 'own-training', address, message);
  }
  for (const [role, ids, doing] of [
    ['fit', fit, 'trained on'],
    ['validate', validate, 'chose its model by'],
  ] as const) {
    // Validation clips are chosen by, and a number of them says so by its stamp.
    if (role === 'validate' && scoredAs === 'validate') continue;
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
  const trained = new Set(scoredAs === 'validate' ? fit : [...fit, ...validate]);
  checkTwins(unit, trained, test, known, findings);
  checkSplit(unit, { fit, validate, test: opened(record, 'test') }, findings);
}

/** Every clip that a number of this unit may depend on by being scored. */
export function scoredBy({ task, role, scored }: Unit): ReadonlySet<string> {
  return new Set(role === 'validate' ? scored : [...opened(task.record, 'test'), ...scored]);
}

function checkTwins(
  { task, protocol, role, sounds }: Unit,
  trained: ReadonlySet<string>,
  test: ReadonlySet<string>,
  { tables, recordings }: KnownClips,
  findings: Findings,
): void {
  const soundOf = (id: string): Digest | undefined => sounds.get(id);

  const originOf = (id: string): Digest | undefined => {
    const sound = soundOf(id);
    return sound && recordings.origin(sound);
  };
  const near = valuesOf(trained, originOf);
  for (const id of test) {
    const origin = originOf(id);
    const [twin] = (origin === undefined ? [] : recordings.alike(origin)).flatMap(
      (other) => near.get(other) ?? [],
    );
    if (twin === undefined) continue;
    const message = `trained on "${twin}", which sounds nearly like "${id}", which it scored: whether they are one recording is to be heard`;
    findings.add('unverifiable', 'near', task.address, message);
    break;
  }
  for (const [key, of, what] of [
    ['audio', soundOf, 'is the same sound'],
    ['origin', originOf, 'is a copy of the same recording'],
  ] as const) {
    const known = valuesOf(trained, of);
    for (const id of test) {
      const twin = known.get(of(id) ?? '');
      if (twin === undefined || twin === id) continue;
      const message = `trained on "${twin}", which ${what} as "${id}", which it scored`;
      findings.add('leak', key, task.address, message);
      break;
    }
  }
  const sides = role === 'validate' ? protocol.validation : protocol;
  const stated = { speaker: new Set<string>(), text: new Set<string>() };
  for (const table of tables) {
    for (const key of claimed) {
      const denied = sides?.disjoint.includes(key) ?? false;
      if (!denied && key !== 'speaker') continue;
      const of = (id: string): string | undefined => {
        const sound = soundOf(id);
        return sound && table(id, sound)?.[key];
      };
      if (denied) {
        for (const id of [...trained, ...test]) if (of(id)) stated[key].add(id);
      }
      const known = valuesOf(trained, of);
      const both = [...new Set([...test].map((id) => of(id) ?? ''))].filter((value) =>
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
  for (const key of claimed) {
    const unknown = [...trained, ...test].filter((id) => !stated[key].has(id));
    if (unknown.length === 0 || sounds.size === 0 || !sides?.disjoint.includes(key)) continue;
    const message = `the protocol says that no ${key} is on both sides, and the ${key} of ${unknown.length} clips is not known (${some(unknown)})`;
    findings.add('unverifiable', `unknown-${key}`, task.address, message);
  }
}

/** A clip for every value that is known. */
function valuesOf(
  ids: Iterable<string>,
  of: (id: string) => string | undefined,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const id of ids) {
    const value = of(id);
    if (value) found.set(value, id);
  }
  return found;
}

/** What was opened and scored against what the split says. */
function checkSplit(
  { task, split, scored, enrolled, role: scoredAs }: Unit,
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
  const part = split[scoredAs];
  const missing = enrolled ? [] : part.filter((id) => !given.has(id));
  if (missing.length > 0) {
    const message = `${missing.length} of ${part.length} clips of the ${scoredAs} part are not scored (${some(missing)})`;
    findings.add('wrong', 'unscored', task.address, message);
  }
}
