import type { Corpus, CorpusInfo, Utterance } from '../../artifacts/corpus.ts';
import { type CorpusPart, checkPartName, inPart } from '../../artifacts/corpus-parts.ts';
import { sha256 } from '../../engine/digest.ts';
import { TaskError } from '../../engine/stage.ts';
import { shortTitle } from '../select/title.ts';

/** `equal`: other labels in one corpus are an error. `common`: only what all have stays. `all`: everything stays. */
export type Classes = 'equal' | 'common' | 'all';

/**
 * Several corpora as one. Ids, speakers and texts get the name of their corpus: what two corpora
 * number 1 is never one speaker or one sentence. Labels come in the order of the first corpus that
 * has them. Throws `TaskError` where names or labels do not go together.
 */
export function join(corpora: readonly Corpus[], classes: Classes): Corpus {
  if (corpora.length < 2) {
    throw new TaskError('merge was given one corpus', {
      hint: 'Wire two or more: in: [aesdd, emodb].',
    });
  }
  const parts = corpora.flatMap(({ info }): readonly CorpusPart[] => info.parts ?? [partOf(info)]);
  requireNames(parts.map(({ name }) => name));
  const labels = labelsOf(corpora, classes);
  const kept = new Set(labels);
  const dropped: Record<string, number> = {};
  const utterances = corpora.flatMap(({ info, utterances }) => {
    const name = namer(info);
    for (const [label, count] of Object.entries(info.dropped)) dropped[name(label)] = count;
    return utterances.flatMap((clip): readonly Utterance[] => {
      if (kept.has(clip.emotion)) return [named(clip, name)];
      const label = name(clip.emotion);
      dropped[label] = (dropped[label] ?? 0) + 1;
      return [];
    });
  });
  return { info: { ...infoOf(corpora, parts, labels), dropped: sorted(dropped) }, utterances };
}

/** Names in a corpus that was merged before carry their corpus already. */
function namer(info: CorpusInfo): (name: string) => string {
  return info.parts === undefined ? (name) => inPart(info.name, name) : (name) => name;
}

function named(clip: Utterance, name: (text: string) => string): Utterance {
  const { id, speaker, text, source } = clip;
  return {
    ...clip,
    id: name(id),
    speaker: name(speaker),
    text: name(text),
    source: name(source),
  };
}

function partOf({ name, title, manifest, pinned }: CorpusInfo): CorpusPart {
  return { name, title, manifest, pinned };
}

function requireNames(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new TaskError(`two of the corpora are called "${twice}"`, {
      hint: 'Own recordings are told apart by name, in with of fetch; parts of one corpus need no merge: use one select.',
    });
  }
  const problem = names.map(checkPartName).find((one) => one !== undefined);
  if (problem !== undefined) {
    throw new TaskError(`the name ${problem}, which parts names from what they name`, {
      hint: 'Give the corpus another name, in with of fetch.',
    });
  }
}

function labelsOf(corpora: readonly Corpus[], classes: Classes): readonly string[] {
  const sets = corpora.map(({ utterances }) => new Set(utterances.map(({ emotion }) => emotion)));
  const all = [...new Set(corpora.flatMap(({ info }) => info.labels))].filter((label) =>
    sets.some((set) => set.has(label)),
  );
  const common = all.filter((label) => sets.every((set) => set.has(label)));
  if (classes === 'all' || common.length === all.length) return all;
  if (classes === 'equal') {
    const lacking = corpora.flatMap(({ info }, index) => {
      const missing = all.filter((label) => sets[index]?.has(label) !== true);
      return missing.length === 0 ? [] : [`${info.name} has no ${missing.join(', ')}`];
    });
    throw new TaskError(`the corpora have other labels: ${lacking.join('; ')}`, {
      hint: 'Rename with select (labels: { joy: happiness }), or set classes: common to keep those that all have.',
    });
  }
  if (common.length < 2) {
    throw new TaskError(
      `the corpora have ${common.length === 0 ? 'no label' : `only "${common[0]}"`} in common`,
      {
        hint: `Rename with select; there are ${all.join(', ')}.`,
      },
    );
  }
  return common;
}

function infoOf(
  corpora: readonly Corpus[],
  parts: readonly CorpusPart[],
  labels: readonly string[],
): Omit<CorpusInfo, 'dropped'> {
  const infos = corpora.map(({ info }) => info);
  const limits = infos.flatMap(({ limit }) => limit ?? []);
  const cited = new Map(infos.flatMap(({ citations }) => citations).map((one) => [one.key, one]));
  const rest = new Set(infos.flatMap((info) => info.labels)).size > labels.length;
  const cut = infos.flatMap((info) => (info.cut ?? []).map(namer(info)));
  const titles = infos.map(({ title }) => shortTitle(title)).join(' + ');
  return {
    format: 'affekt.corpus/1',
    name: parts.map(({ name }) => name).join('+'),
    title: rest ? `${titles}: ${labels.length} common classes` : titles,
    licence: infos
      .map(({ name, parts, licence }) => (parts ? licence : `${name}: ${licence}`))
      .join('; '),
    citations: [...cited.values()],
    labels,
    bad: infos.flatMap((info) =>
      info.bad.map(({ file, reason }) => ({ file: namer(info)(file), reason })),
    ),
    ...(cut.length > 0 && { cut }),
    manifest: sha256(parts.map(({ name, manifest }) => `${manifest}  ${name}\n`).join('')),
    pinned: infos.every(({ pinned }) => pinned),
    ...(limits.length > 0 && { limit: Math.min(...limits) }),
    parts,
    audio: infos.every(({ audio }) => audio === 'embed') ? 'embed' : 'none',
  };
}

function sorted(counts: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}
