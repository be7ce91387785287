import type { MetricValue } from '../../artifacts/metrics.ts';
import { metrics, type ShareName } from '../../stats/metrics/index.ts';

export interface SentenceParts {
  readonly metric: ShareName;
  readonly value: MetricValue;
  readonly corpus: string;
  readonly scheme: string;
  readonly folds: number;
  readonly seeds: number;
  /** Of enrolled clips; 1 without enrolment. */
  readonly draws: number;
  /** Trainings whose mean is scored as one model. */
  readonly averaged: number;
  readonly validationSpeakers: number;
  /** How a search chose the params; empty where nothing was chosen. */
  readonly chosen: string;
  readonly shared: readonly string[];
  readonly stamps: readonly string[];
}

/**
 * A number with its protocol: `UAR 61.2 % [57.1, 65.0] these speakers, AESDD, leave-one-speaker-out
 * (6), 3 seeds, text shared`. What training and scored clips have in common is named, then the stamps.
 */
export function sentence(parts: SentenceParts): string {
  const { value, these_speakers: near } = parts.value;
  if (value === null || near === null) throw new Error(`${parts.metric} is not defined`);
  const { low, high, level } = near;
  const coverage = level === 0.95 ? '' : ` (${percent(level)} % level)`;
  return [
    `${metrics[parts.metric].title} ${percent(value)} % [${percent(low)}, ${percent(high)}]${coverage} these speakers`,
    parts.corpus,
    `${parts.scheme} (${parts.folds})`,
    ...(parts.validationSpeakers > 0
      ? [count(parts.validationSpeakers, 'validation speaker')]
      : []),
    seeds(parts),
    ...(parts.chosen === '' ? [] : [parts.chosen]),
    ...(parts.shared.length > 0 ? [`${list(parts.shared)} shared`] : []),
    ...parts.stamps,
  ].join(', ');
}

/** `3 seeds`, `3 seeds × 5 draws`, `3 seeds of 2 models averaged`, `3 models averaged`. */
function seeds({ seeds: n, draws, averaged }: SentenceParts): string {
  const of = averaged > 1 ? `${averaged} models averaged` : '';
  const drawn = draws > 1 ? ` × ${draws} draws` : '';
  if (of === '') return `${count(n, 'seed')}${drawn}`;
  return n > 1 ? `${n} seeds of ${of}${drawn}` : `${of}${drawn}`;
}

function percent(fraction: number): string {
  return (100 * fraction).toFixed(1);
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** "a", "a and b", "a + b + c": no comma, which parts the sentence. */
function list(words: readonly string[]): string {
  return words.length === 2 ? words.join(' and ') : words.join(' + ');
}
