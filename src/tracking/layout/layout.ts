import { metricOf } from '../../artifacts/metrics.ts';
import { resultMarkdown } from '../../artifacts/result-table.ts';
import { numberWithProtocol } from '../../artifacts/stated-number.ts';
import { stageName } from '../../engine/address.ts';
import { headlineSet, resultSentences } from '../../report/sentence.ts';
import { commandLine } from '../../util/command-line.ts';
import { cutText, limits, type Pairs, type RunStatus, toKey } from '../client/index.ts';
import { busyTime } from './busy-time.ts';
import { openCorpus, wholeDataset } from './datasets.ts';
import { foldOperations, startOf } from './fold.ts';
import { childUid, shortName, trialPlace, uidOf } from './names.ts';
import type { Operation, RunUid } from './operations.ts';
import { commonParams, paramsOfSet } from './params.ts';
import type { RunRecord } from './record.ts';
import { axisParams, setOperations } from './set.ts';
import { type EvaluationRow, findEvaluations, findSets, type SetRow } from './sets.ts';
import { searchedParams, trialOperations } from './trials.ts';
import { savedViews } from './views.ts';

/**
 * What a server is to show of a run, as far as the run has come: the experiment, the run itself, one run per
 * set of models where there are several (`affekt.level` trial), and one per network (fold). Made from the
 * artifacts and their records alone, so that a run that found everything in the cache looks like the one
 * that made it.
 */
export function layoutRun(run: RunRecord): readonly Operation[] {
  const evaluations = findEvaluations(run);
  const sets = findSets(run, evaluations);
  const planned = plannedSets(run);
  const searched = searchedParams(run);
  const nested = planned.size > 1 || searched.length > 0;
  const root = uidOf(run.info);
  const ofTrials = sets.filter(({ address }) => trialPlace(address) !== undefined);
  const own = sets.filter((set) => !ofTrials.includes(set));
  return [
    { type: 'experiment', tags: experimentTags(run) },
    ...runOperations(root, run, {
      evaluations,
      level: nested ? 'sweep' : planned.size === 1 ? 'trial' : 'run',
    }),
    ...own.flatMap((set) => oneSet(set, { run, root, nested, planned, evaluations })),
    ...trialOperations(ofTrials, { run, root, tags: commonTags(run) }),
    ...wholeRun(root, run, evaluations),
    ...views(run, { sets: own, evaluations, nested, searched }),
    ...endOperations(root, run),
  ];
}

/** The sets of models that the spec names, known before the first of them is made. */
function plannedSets({ stages }: RunRecord): ReadonlySet<string> {
  const made = stages
    .filter(({ kind }) => ['train-kfold', 'ensemble', 'tune'].includes(kind))
    .map(({ address }) => address);
  const wired = stages
    // What a search varies is not trained by itself.
    .flatMap(({ kind, wires }) =>
      Object.entries(wires).flatMap(([port, wired]) =>
        kind === 'tune' && port === 'target' ? [] : wired,
      ),
    )
    .filter((wire) => wire.endsWith('.models'))
    .map((wire) => wire.slice(0, -'.models'.length));
  return new Set([...made, ...wired]);
}

function runOperations(
  uid: RunUid,
  run: RunRecord,
  {
    evaluations,
    level,
  }: { readonly evaluations: readonly EvaluationRow[]; readonly level: string },
): readonly Operation[] {
  const { info } = run;
  const started = Date.parse(info.started);
  const corpora = [...new Set(evaluations.map(({ record }) => record.inputs['corpus']))];
  const datasets = corpora.flatMap((digest) => {
    const corpus = openCorpus(run, typeof digest === 'string' ? digest : undefined);
    return corpus === undefined ? [] : [wholeDataset(corpus)];
  });
  return [
    {
      type: 'run',
      run: uid,
      name: `${info.name}-${info.id}`,
      started,
      tags: { ...commonTags(run), 'affekt.level': level },
    },
    { type: 'params', run: uid, params: commonParams(run) },
    ...(datasets.length > 0 ? [{ type: 'datasets', run: uid, datasets } as const] : []),
  ];
}

function oneSet(
  set: SetRow,
  {
    run,
    root,
    nested,
    planned,
    evaluations,
  }: {
    readonly run: RunRecord;
    readonly root: RunUid;
    readonly nested: boolean;
    readonly planned: ReadonlySet<string>;
    readonly evaluations: readonly EvaluationRow[];
  },
): readonly Operation[] {
  const corpus = openCorpus(run, set.corpus);
  const name = shortName(set.address, [...planned, set.address]);
  const uid = nested ? childUid(root, set.address) : root;
  const axes = Object.fromEntries(
    Object.entries(paramsOfSet(run, set.address)).filter(([key]) =>
      axisParams([set]).includes(key),
    ),
  );
  const folds = set.folds.flatMap((row) =>
    foldOperations(row, {
      ...{ run, set, name: nested ? name : run.info.name, parent: uid, params: axes, corpus },
      tags: commonTags(run),
      keepModel: true,
    }),
  );
  const results = setOperations(uid, set, { run, title: name, corpus, evaluations });
  if (!nested) return [...folds, ...results];
  const starts = set.folds.map(startOf);
  const started = Math.min(...(starts.length > 0 ? starts : [Date.parse(run.info.started)]));
  const [one] = set.scored;
  const sentence = one && numberWithProtocol(one.set, one.metrics).sentence;
  return [
    {
      type: 'run',
      run: uid,
      parent: root,
      name,
      started,
      tags: {
        ...commonTags(run),
        'affekt.level': searches(run, set.address) ? 'search' : 'trial',
        'affekt.address': set.address,
      },
    },
    { type: 'params', run: uid, params: paramsOfSet(run, set.address) },
    ...(corpus ? [{ type: 'datasets', run: uid, datasets: [wholeDataset(corpus)] } as const] : []),
    ...folds,
    ...results,
    ...(sentence === undefined ? [] : [noteOf(uid, sentence)]),
    ...endOfSet(uid, set, run, started),
  ];
}

function searches({ stages }: RunRecord, address: string): boolean {
  return stages.some((stage) => stage.address === address && stage.kind === 'tune');
}

function endOfSet(uid: RunUid, set: SetRow, run: RunRecord, started: number): readonly Operation[] {
  const records = [...set.folds, ...set.scored].flatMap(({ record }) => record ?? []);
  const ended = started + busyTime(records);
  if (set.scored.length > 0) return [{ type: 'end', run: uid, status: 'FINISHED', ended }];
  const status = finalStatus(run);
  return status === undefined ? [] : [{ type: 'end', run: uid, status, ended }];
}

/** What belongs to the whole run once it has ended: its sentence, its files. */
function wholeRun(
  uid: RunUid,
  run: RunRecord,
  evaluations: readonly EvaluationRow[],
): readonly Operation[] {
  // What is known before there is a result stands on the experiment.
  const told = evaluations.length > 0 || run.state !== 'running';
  const note = told ? noteText(run, evaluations) : '';
  const stamps = evaluations.flatMap(({ metrics }) =>
    metrics.sets.flatMap((set) => numberWithProtocol(set, metrics).stamps),
  );
  return [
    ...(note === '' ? [] : [noteOf(uid, note)]),
    ...(stamps.length > 0
      ? [
          {
            type: 'tags',
            run: uid,
            tags: { 'affekt.stamps': [...new Set(stamps)].join(', ') },
          } as const,
        ]
      : []),
    ...Object.entries(run.files).map(
      ([path, content]): Operation => ({
        ...{ type: 'artifact', run: uid, path, content },
      }),
    ),
    ...evaluations.flatMap(({ address, files }) =>
      Object.keys(files.files).flatMap((name): readonly Operation[] => {
        const content = run.stored(files, name);
        const folder = address.replaceAll(/[^\w.-]+/g, '_');
        return content === undefined
          ? []
          : [{ type: 'artifact', run: uid, path: `evaluation/${folder}/${name}`, content }];
      }),
    ),
  ];
}

/** The number with its protocol first; the page shows five lines before it folds. */
function noteText(run: RunRecord, evaluations: readonly EvaluationRow[]): string {
  const several = evaluations.length > 1;
  const results = evaluations.map(({ address, metrics }) => {
    const sentences = resultSentences(metrics);
    const best = metrics.rankings.find((ranking) => ranking.best !== null)?.best;
    const winner = best && sentences.find((text) => text.startsWith(`${best.set}: `));
    // A winner that was chosen on the clips that score it never stands without that.
    const first =
      winner === undefined ? (sentences[0] ?? '') : `${winner}: chosen on these very clips`;
    const lead = `${several ? `${address}: ` : ''}${first}`;
    const ranked = metrics.sets.length > 1;
    return ranked ? `${lead}\n\n${resultMarkdown(metrics, metricOf(metrics))}` : lead;
  });
  const failures = run.failures.map(
    ({ address, message }) => `- **${address}** failed: ${message}`,
  );
  return [...results, failures.join('\n'), run.description]
    .filter((part) => part !== '')
    .join('\n\n');
}

function noteOf(uid: RunUid, text: string): Operation {
  const note = cutText(text, limits.tagValue);
  return { type: 'tags', run: uid, tags: { 'mlflow.note.content': note } };
}

function views(
  run: RunRecord,
  {
    sets,
    evaluations,
    nested,
    searched,
  }: {
    readonly sets: readonly SetRow[];
    readonly evaluations: readonly EvaluationRow[];
    readonly nested: boolean;
    readonly searched: readonly string[];
  },
): readonly Operation[] {
  const [first] = evaluations;
  if (first === undefined) return [];
  const axes = [...axisParams(sets), ...searched];
  const stage = stageName(sets[0]?.address ?? '');
  const metric = metricOf(first.metrics);
  const role = headlineSet(first.metrics)?.protocol.role === 'validate' ? 'validation' : 'test';
  const tags = savedViews({
    axes:
      axes.length > 0
        ? axes
        : ['architecture', 'learning_rate', 'seeds'].map((p) => `${stage}.${p}`),
    metric: `${searched.length > 0 ? 'validation' : role}/${metric}`,
    nested,
    since: Date.parse(run.info.started),
  });
  return [{ type: 'experiment', tags }];
}

function experimentTags({ description, info }: RunRecord): Pairs {
  return {
    // The list of experiments shows the first line as it is.
    'mlflow.note.content': cutText(
      description === '' ? info.name : description,
      limits.experimentTagValue,
    ),
    'mlflow.experimentKind': 'custom_model_development',
  };
}

/** Tags that every run of the run carries. */
function commonTags({ info, provenance, user, tags }: RunRecord): Pairs {
  const own = Object.entries(tags).map(([key, value]) => [
    toKey(`affekt.tag.${key}`),
    cutText(typeof value === 'string' ? value : JSON.stringify(value), limits.tagValue),
  ]);
  const all: Record<string, string | null> = {
    'affekt.run': info.id,
    'affekt.spec_digest': info.spec_digest,
    'affekt.version': info.affekt,
    'affekt.dirty': String(provenance.dirty),
    'mlflow.user': user,
    'mlflow.source.name': cutText(commandLine(info.argv), limits.tagValue),
    'mlflow.source.type': 'LOCAL',
    'mlflow.source.git.commit': provenance.commit,
    'mlflow.source.git.branch': provenance.branch,
    'mlflow.source.git.dirty': provenance.commit === null ? null : String(provenance.dirty),
    ...Object.fromEntries(own),
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
  );
}

function finalStatus({ state }: RunRecord): RunStatus | undefined {
  return {
    running: undefined,
    done: 'FINISHED',
    failed: 'FAILED',
    killed: 'FAILED',
    interrupted: 'KILLED',
  }[state] as RunStatus | undefined;
}

/** Status and end come last: a run that shows them is whole. */
function endOperations(uid: RunUid, run: RunRecord): readonly Operation[] {
  const status = finalStatus(run);
  if (status === undefined) return [];
  const { ended } = run.info;
  const crashed = run.state === 'killed';
  return [
    // Always there: a run that crashed may have been continued, and a tag stays until another takes its place.
    { type: 'tags', run: uid, tags: { 'affekt.end_reason': crashed ? 'crashed' : run.state } },
    {
      type: 'end',
      run: uid,
      status,
      ended: ended === null || crashed ? run.lastEvent : Date.parse(ended),
    },
  ];
}
