import type { RunInfo } from '../engine/record/types.ts';
import type { LeftOut } from './contents.ts';
import type { PackedCorpus } from './corpus-manifests.ts';

export interface PackFacts {
  readonly info: RunInfo;
  /** The command line that made the run. */
  readonly command: string;
  /** Numbers with their protocols. */
  readonly results: readonly string[];
  readonly corpora: readonly PackedCorpus[];
  /** How many files of each sort are not in the pack. */
  readonly left: Readonly<Record<LeftOut, number>>;
  readonly commit: string | null;
  readonly dirty: boolean;
  /** Name of the lock file in the pack, if there is one. */
  readonly lock: string | undefined;
  readonly report: boolean;
}

/** What stands in a pack, and what a reader can do with it, in plain words. Pure. */
export function renderReadme(facts: PackFacts): string {
  const { info, command, results, corpora, left, commit, dirty, lock, report } = facts;
  const blocks = [
    `${info.name}, run ${info.id}\n${'='.repeat(info.name.length + info.id.length + 6)}`,
    results.length > 0 ? results.join('\n') : 'This run scored no set of models.',
    list([
      ...(report ? [['report.html', 'all results on one page; opens in any browser']] : []),
      ['spec.yaml', 'the experiment as it was written'],
      ['resolved.yaml', 'the same with every default and override filled in'],
      ['run.json', 'the command, its times and the version of affekt'],
      ['environment.json', 'the machine and the versions of what computed'],
      ['provenance.json', 'the commit of the project; dirty.diff what was not committed'],
      ...(lock === undefined
        ? []
        : [[lock, 'which bytes corpora had in this run that nothing else pins']]),
      ['plan.json', 'the tasks, as they were planned'],
      ['outputs.json', 'digest of everything that the stages made'],
      ['stages/', 'what the stages made, by name; below it'],
      ['  */evaluation/', 'metrics.json, and its tables as CSV, Markdown and LaTeX'],
      ['  */models/', 'predictions.csv (every scored clip), weights, model.onnx, histories'],
      ['  */corpus/', 'corpus.csv (labels and speakers) and corpus.json (licence, citation)'],
      ['tasks/', 'what tasks within the stages made: splits, folds, parts'],
      ['records/', 'what each task read, and which clips it fitted, chose by and scored'],
      ['corpora/', 'the recordings that the run used: clip, path, SHA-256'],
      ['files.csv', 'every file of the run, its SHA-256, and where its bytes are here'],
      ['SHA256SUMS', 'digests of all files of this pack'],
    ]),
    `Check that nothing was changed since:\n\n    sha256sum -c SHA256SUMS`,
    `Check that the numbers are what they say, without the recordings and without a network\n(affekt ${info.affekt} or later; the zip, or the folder it was unpacked into):\n\n    affekt audit ${packName(info)}`,
    `It counts the predictions again, compares all digests, and shows from the records which\nclips each model was fitted on, chosen by and scored on. ${leftWords(left)}`,
    `Compute it all again: get the corpora below and the project${commit === null ? '' : ` at commit ${commit}`}${dirty ? ' with dirty.diff applied' : ''}, then\n\n    affekt ${command}\n\nand compare outputs.json. On the same class of processor all digests are equal.`,
    ...corpora.map(corpusWords),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** File name of the pack of a run. */
export function packName({ name, id }: RunInfo): string {
  return `${name}-${id}.zip`;
}

function leftWords({ sound, features, derived }: PackFacts['left']): string {
  const parts = [
    ...(sound > 0 ? [`${sound} recordings`] : []),
    ...(features > 0 ? [`${features} feature files`] : []),
    ...(derived > 0 ? [`${derived} files that own code made of closed recordings`] : []),
  ];
  return parts.length === 0
    ? 'Every file of the run is here.'
    : `${parts.join(', ')} are not\nin this pack: their bytes cannot be checked here, nor can models be trained again without them.`;
}

function corpusWords({ address, corpus: { info, utterances } }: PackedCorpus): string {
  return [
    `Corpus "${address}": ${info.title}`,
    `  ${utterances.length} clips, listed in corpora/${address}.csv`,
    `  licence: ${info.licence}`,
    info.pinned
      ? '  the recordings are those of the original'
      : '  not compared with an original: the digests say what it held',
  ].join('\n');
}

function list(rows: readonly (readonly string[])[]): string {
  return rows.map(([name = '', what = '']) => `  ${name.padEnd(18)} ${what}`).join('\n');
}
