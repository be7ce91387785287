import { type MetricSet, type Metrics, metricOf } from './metrics.ts';

/** A number as it may be shown: never without what has to be known of it. */
export interface StatedNumber {
  readonly metric: string;
  readonly value: number | null;
  /** "These speakers". */
  readonly low: number | null;
  readonly high: number | null;
  /** `best of 4` of a chosen winner, then those of the protocol. */
  readonly stamps: readonly string[];
  /** The same models without enrolment on the same clips; null where they adapt to nobody. */
  readonly plain: number | null;
  /** The protocol's sentence with `best of N` and the plain model beside it. */
  readonly sentence: string;
}

/**
 * The number of a set with its protocol. Whatever shows one (pages, screen, tables, tracking) takes it
 * from here, so that none is shown without its stamps, nor one of models that adapt to speakers without
 * the plain one.
 */
export function numberWithProtocol(set: MetricSet, metrics: Metrics): StatedNumber {
  const { rankings } = metrics;
  const metric = metricOf(metrics);
  const { protocol, controls } = set;
  const best = rankings.find((ranking) => ranking.best?.set === set.name)?.best?.stamp;
  const { value = null, these_speakers: near } = set.values[metric] ?? {};
  const plain = controls['plain']?.[metric] ?? null;
  const beside =
    plain === null ? '' : `; the same clips without enrolment: ${(100 * plain).toFixed(1)} %`;
  return {
    ...{ metric, value, low: near?.low ?? null, high: near?.high ?? null, plain },
    stamps: [...(best === undefined ? [] : [best]), ...protocol.stamps],
    sentence: `${protocol.sentence}${best === undefined ? '' : `, ${best}`}${beside}`,
  };
}
