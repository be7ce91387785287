import type { Corpus, Utterance } from '../../artifacts/corpus.ts';
import { TaskError } from '../../engine/stage.ts';
import { originals } from '../../splits/clip.ts';
import { nearest } from '../../util/suggest.ts';
import { balance } from './balance.ts';
import { type Conditions, type TextColumn, testsOf, unknownValues } from './conditions.ts';
import { type LabelMap, relabel } from './relabel.ts';
import { titleOfPart } from './title.ts';

export interface Choice {
  readonly keep: Conditions;
  readonly drop: Conditions;
  readonly labels: LabelMap;
  readonly balance: readonly TextColumn[];
}

/**
 * The chosen part of a corpus, and what there is to say about it. In this order: keep and drop (by the
 * names that the corpus has), labels, balance. A copy goes with the clip that it was made from.
 * Throws `TaskError` for a value that no clip holds, and where nothing is left.
 */
export function choose(
  { info, utterances }: Corpus,
  choice: Choice,
  seed: number,
): { readonly corpus: Corpus; readonly log: readonly string[] } {
  const problems = [
    ...unknownValues(choice.keep, info, utterances),
    ...unknownValues(choice.drop, info, utterances),
    ...unknownLabels(choice.labels, info.labels),
  ];
  if (problems.length > 0) throw new TaskError(problems.join('\n  '));
  const keep = testsOf(choice.keep, info);
  const drop = testsOf(choice.drop, info);
  const met = utterances.filter(
    (clip) => keep.every((test) => test.fits(clip)) && !drop.some((test) => test.fits(clip)),
  );
  const named = relabel(withoutOrphans(met, utterances), info, choice.labels);
  const log: string[] = [];
  let clips = named.clips;
  if (choice.balance.length > 0) {
    const roots = originals(clips);
    const firsts = clips.filter(
      ({ id }) => roots.get(id) === id || !roots.has(roots.get(id) ?? id),
    );
    const drawn = balance(firsts, choice.balance, info, seed);
    log.push(
      `${drawn.each} clips of each of ${drawn.groups} groups; the rarest is ${drawn.smallest.join(', ')}`,
    );
    const kept = new Set(drawn.kept);
    const first = new Set(firsts);
    clips = withoutOrphans(
      clips.filter((clip) => kept.has(clip) || !first.has(clip)),
      clips,
    );
  }
  if (clips.length === 0) {
    throw new TaskError(`no clip of ${info.title} meets all conditions`, {
      hint: 'keep takes clips that meet every condition; drop takes away those that meet any.',
    });
  }
  log.push(`${clips.length} of ${utterances.length} clips`);
  return {
    log,
    corpus: {
      info: {
        ...info,
        title: titleOfPart(info.title, remarks({ info, utterances }, clips, named.labels)),
        labels: named.labels,
        dropped: added(info.dropped, named.dropped),
      },
      utterances: clips,
    },
  };
}

/**
 * Leaves out copies of clips that are among `all` and were not chosen. A copy of a copy that was left out
 * names the recording itself, so that splits still know where it comes from.
 */
function withoutOrphans(
  chosen: readonly Utterance[],
  all: readonly Utterance[],
): readonly Utterance[] {
  const roots = originals(all.map(({ id, source }) => ({ id, source })));
  const ids = new Set(chosen.map(({ id }) => id));
  return chosen.flatMap((clip) => {
    const root = roots.get(clip.id) ?? clip.id;
    if (roots.has(root) && !ids.has(root)) return [];
    const named = clip.source === '' || ids.has(clip.source) || !roots.has(clip.source);
    return named ? [clip] : [{ ...clip, source: root }];
  });
}

function unknownLabels(map: LabelMap, labels: readonly string[]): readonly string[] {
  return Object.keys(map).flatMap((label) => {
    if (labels.includes(label)) return [];
    const near = nearest(label, labels);
    return [
      `labels: there is no emotion "${label}"${near === undefined ? `; there are ${labels.join(', ')}` : `, nearest is "${near}"`}`,
    ];
  });
}

/** What makes the part differ from the whole, for its title. */
function remarks(
  whole: Corpus,
  clips: readonly Utterance[],
  labels: readonly string[],
): readonly string[] {
  const before = new Map(whole.utterances.map(({ id, emotion }) => [id, emotion]));
  const classes = new Set(before.values()).size;
  const renamed = clips.some(({ id, emotion }) => emotion !== before.get(id));
  return [
    ...(labels.length < classes ? [`${labels.length} of ${classes} classes`] : []),
    ...(renamed ? ['relabelled'] : []),
    ...(clips.length < before.size ? [`${clips.length} of ${before.size} clips`] : []),
  ];
}

function added(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return Object.fromEntries(names.map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)]));
}
