import type { Corpus } from '../../artifacts/corpus.ts';
import { type MetricSet, type MetricValue, quickStamp } from '../../artifacts/metrics.ts';
import {
  drawsOf,
  heardWords,
  isOptimistic,
  type ModelDescription,
} from '../../artifacts/models.ts';
import type { ScoredRole } from '../../artifacts/predictions.ts';
import { schemeWords } from '../../artifacts/scheme-words.ts';
import type { Protocol, Sides } from '../../artifacts/split.ts';
import type { ShareName } from '../../stats/metrics/index.ts';
import { shortTitle } from '../select/title.ts';
import { sentence } from './sentence.ts';

/** Of a number on clips that served to choose, or are about to. */
const validationStamp = 'validation clips: to choose by';

const transductiveStamp = 'transductive';

const aside: readonly string[] = [quickStamp, validationStamp, transductiveStamp];

function enrolmentStamp(enrolment: NonNullable<ModelDescription['enrolment']>): string {
  return enrolment.clips === 'all' ? transductiveStamp : `enrolled (k=${heardWords(enrolment)})`;
}

/**
 * Whether a number may stand alone. A quick look never does, nor does one on validation clips, nor a model
 * that has seen clips of the speakers it is scored on.
 */
export function mayStandAlone({ stamps }: MetricSet['protocol']): boolean {
  return !stamps.some((stamp) => aside.includes(stamp) || stamp.startsWith('enrolled '));
}

/** What the scored clips have in common with those that models were fitted on. */
export function sidesOf(protocol: Protocol, role: ScoredRole): Pick<Sides, 'disjoint' | 'shared'> {
  return role === 'validate' ? (protocol.validation ?? protocol) : protocol;
}

/** What a reader must know of a number, as data and as a sentence. */
export function protocolOf({
  description,
  corpus,
  metric,
  value,
  role,
}: {
  readonly description: ModelDescription;
  readonly corpus: Corpus;
  readonly metric: ShareName;
  readonly value: MetricValue;
  readonly role: ScoredRole;
}): MetricSet['protocol'] {
  const { protocol, folds, seeds, selection, enrolment } = description;
  const { name, manifest, pinned, altered } = corpus.info;
  const scheme = schemeName(protocol);
  const { disjoint, shared } = sidesOf(protocol, role);
  const stamps = [
    ...(role === 'validate' ? [validationStamp] : []),
    ...(isOptimistic(description) ? ['optimistic'] : []),
    ...(enrolment === null ? [] : [enrolmentStamp(enrolment)]),
    ...(pinned ? [] : ['unpinned']),
    ...(corpus.info.limit !== undefined || folds < protocol.folds ? [quickStamp] : []),
  ];
  const split = {
    scheme,
    groups: protocol.groups,
    ...(protocol.test_fraction !== null && { test_fraction: protocol.test_fraction }),
  };
  return {
    corpus: { name, manifest, pinned, ...(altered && { altered }) },
    ...split,
    folds,
    validation_speakers: protocol.validation_speakers,
    disjoint,
    shared,
    selection,
    ...(role === 'validate' ? { role } : {}),
    stamps,
    sentence: sentence({
      metric,
      value,
      corpus: shortTitle(corpus.info.title),
      scheme: schemeWords(split),
      folds,
      seeds: seeds / drawsOf(enrolment),
      draws: drawsOf(enrolment),
      averaged: description.averaged ?? 1,
      validationSpeakers: protocol.validation_speakers,
      chosen: chosenBy(description),
      shared,
      stamps,
    }),
  };
}

function chosenBy({ selection, protocol }: ModelDescription): string {
  if (selection === 'nested') return 'params by nested search';
  if (selection === 'shared') return 'params chosen on these clips';
  const speakers = protocol.development ?? [];
  if (selection === 'none' || speakers.length === 0) return '';
  return `params chosen on ${speakers.length === 1 ? 'speaker' : 'speakers'} ${speakers.join(' + ')}, not scored`;
}

/** A scheme by its name; what trains and what is scored across corpora, and who is held out by name, are a part of it. */
function schemeName({ scheme, train_on, test_on, held_out: [held] }: Protocol): string {
  if (scheme === 'hold-out' && typeof held === 'string') return `${scheme} of ${held}`;
  if (train_on === undefined || test_on === undefined) return scheme;
  return `${scheme} ${train_on.join(' + ')} → ${test_on.join(' + ')}`;
}
