import { type MetricSet, type Metrics, metricOf, repeatsOf } from '../artifacts/metrics.ts';
import { formatCount } from '../util/count.ts';
import type { JsonObject } from '../util/json.ts';
import { formatLevel } from './format.ts';
import { kindSentence, text } from './kind-sentences.ts';
import type { EvaluationRow, ReportData } from './report-data.ts';
import { headlineSet, isQuick, metricName } from './sentence.ts';
import { ancestry, type SpecStage } from './spec-stages.ts';

/**
 * How the headline number of an evaluation was made, as the paragraph of a paper: from the lineage of the
 * models, so that it says what was done and not what was planned. Citations stand as their BibTeX keys.
 */
export function methodsText(row: EvaluationRow, data: ReportData): string {
  const evaluation = data.specStages.find(({ address }) => address === row.address);
  const main = headlineSet(row.metrics);
  if (evaluation === undefined || main === undefined || isQuick(row.metrics)) return '';
  const models = evaluation.inputs['models'] ?? [];
  const own = models.find((address) => address === main.name) ?? models[0] ?? row.address;
  const lineage = ancestry(data.specStages, own);
  const model = data.models.find(({ address }) => address === own);
  // It sees stored features as they are: what a policy alters in training is not for it, nor is a side input.
  const idle = model?.description.architecture === 'logreg' ? ['augment', 'functionals'] : [];
  const ordered = topological(data.specStages).filter(
    ({ address, kind }) => lineage.has(address) && !idle.includes(kind),
  );
  const sentences = ordered.map((stage) => stageSentence(stage, data));
  const others = models.filter((address) => address !== own);
  const beside =
    others.length === 0
      ? ''
      : `It was compared with ${others.length === 1 ? 'another set' : `${others.length} other sets`} of models (${others.join('; ')}).`;
  const { folds } = main.n;
  const { averaged = 1 } = model?.description ?? {};
  const made = averaged > 1 ? `${averaged} trainings averaged` : repeatsOf(main.n);
  const scored =
    main.protocol.role === 'validate'
      ? `The ${formatCount(main.n.utterances, 'clip')} of validation speakers were predicted by models of the folds that kept them apart to choose by; no held-out clip was scored.`
      : `All ${formatCount(main.n.utterances, 'scored clip')} of ${formatCount(main.n.speakers, 'speaker')} were predicted by the model of the fold that tests them (${formatCount(folds, 'fold')}, ${made}).`;
  return [
    ...sentences,
    scored,
    evaluationSentence(evaluation.params, row.metrics, main),
    beside,
    software(data),
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function stageSentence(stage: SpecStage, { corpora, models, studies }: ReportData): string {
  const corpus = corpora.find(({ address }) => address === stage.address);
  if (corpus !== undefined && stage.kind === 'fetch') {
    const { info, clips, speakers } = corpus;
    const keys = info.citations.map(({ key }) => key);
    const cited = keys.length === 0 ? '' : ` [${keys.join(', ')}]`;
    return `The corpus is ${info.title}${cited}: ${formatCount(clips, 'clip')} of ${formatCount(speakers, 'speaker')} in ${formatCount(info.labels.length, 'emotion')} (${info.labels.join(', ')}).`;
  }
  const trained = models.find(({ address }) => address === stage.address);
  const searched = studies.find(({ address }) => address === stage.address);
  return kindSentence(stage, {
    ...(trained && { description: trained.description }),
    ...(searched && { study: searched.table.study }),
  });
}

function evaluationSentence(params: JsonObject, metrics: Metrics, main: MetricSet): string {
  const metric = metricOf(metrics);
  const level = formatLevel(typeof params['level'] === 'number' ? params['level'] : 0.95);
  const what =
    metric === 'uar'
      ? 'UAR is the mean recall over classes'
      : `The metric is ${metricName(metric)}`;
  const far =
    main.values[metric]?.new_speakers == null
      ? ''
      : `; that for new speakers is a t interval over the ${metricName(metric)} of speakers`;
  return `${what} of the pooled out-of-fold predictions, averaged over seeds. The ${level} interval for these speakers is a percentile bootstrap over utterances within class (${text(params['resamples'])} resamples)${far}.`;
}

function software({ affekt }: ReportData): string {
  return `Computed with affekt ${affekt} [affekt].`;
}

/** Stages after all that feed them, otherwise in the order of the spec. */
function topological(stages: readonly SpecStage[]): readonly SpecStage[] {
  const byAddress = new Map(stages.map((stage) => [stage.address, stage]));
  const out = new Set<SpecStage>();
  const visit = (stage: SpecStage | undefined, path: ReadonlySet<SpecStage>): void => {
    if (stage === undefined || out.has(stage) || path.has(stage)) return;
    const below = new Set(path).add(stage);
    for (const from of Object.values(stage.inputs).flat()) visit(byAddress.get(from), below);
    out.add(stage);
  };
  for (const stage of stages) visit(stage, new Set());
  return [...out];
}
