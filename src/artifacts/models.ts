import { readFileSync, writeFileSync } from 'node:fs';
import { type ArtifactFiles, defineArtifact, type OutputArtifact } from '../engine/artifact.ts';
import { isJsonObject, type JsonObject } from '../util/json.ts';
import { parseFormat } from './parse-format.ts';
import { type Prediction, parsePredictions, writePredictions } from './predictions.ts';
import { checkProtocol, type Protocol } from './split.ts';

/** `model.json`: what was trained, and how its predictions came about. */
export interface ModelDescription {
  readonly format: 'affekt.models/1';
  readonly architecture: string;
  /** Numbers that one model learns. */
  readonly parameters: number;
  /** The label set, in the order of the posteriors. */
  readonly labels: readonly string[];
  /** What the architecture and its training were given. */
  readonly params: JsonObject;
  readonly protocol: Protocol;
  /** Folds that were trained: fewer than the protocol's in a quick look. */
  readonly folds: number;
  readonly seeds: number;
  /** Trainings whose posteriors are averaged to those of one seed; stated where there are several. */
  readonly averaged?: number;
  /**
   * Statistics of unlabelled clips of each new speaker: of `clips`, in `draws` draws that score the other
   * ones, or of `all`. Every draw counts as a seed of its own in the tables.
   */
  readonly enrolment: Enrolled | null;
  /** Controls beside it: `controls/<name>/predictions.csv`. */
  readonly controls: readonly string[];
  /** Whether any scored number helped to choose the model. */
  readonly selection: 'none' | 'nested' | 'shared' | 'development';
}

interface Enrolled {
  readonly clips: number | 'all';
  readonly draws: number;
  /** Fewest and most clips that were heard of a speaker, where that is not `clips` of each: half are left to score. */
  readonly heard?: readonly [number, number];
}

export interface Models {
  readonly description: ModelDescription;
  readonly predictions: readonly Prediction[];
  readonly controls: Readonly<Record<string, readonly Prediction[]>>;
}

/** Chosen on the clips that are scored, or on speakers of whom the protocol does not say that they are not. */
export function isOptimistic({
  selection,
  protocol,
}: Pick<ModelDescription, 'selection' | 'protocol'>): boolean {
  if (selection === 'development') return protocol.development === undefined;
  return selection === 'shared';
}

/** Of how many clips a model knew a speaker: `10`, `2–10`, `all`. */
export function heardWords({ clips, heard: [fewest, most] = [0, 0] }: Enrolled): string {
  if (most === 0) return String(clips);
  return fewest === most ? String(most) : `${fewest}–${most}`;
}

/** How often other clips were enrolled; 1 where that says nothing. */
export function drawsOf(enrolment: ModelDescription['enrolment']): number {
  return enrolment === null || enrolment.clips === 'all' ? 1 : enrolment.draws;
}

/** The seed that trained the model of a prediction: with enrolment each draw of clips has a seed of its own. */
export function trainedSeed(seed: number, enrolment: ModelDescription['enrolment']): number {
  return Math.ceil(seed / drawsOf(enrolment));
}

/** Folder of one model inside the tree. */
export function modelFolder(fold: number, seed: number): string {
  return `fold-${fold}-seed-${seed}`;
}

/** Writes `model.json` and the tables; weights are the caller's, under `modelFolder(fold, seed)`. */
export function writeModels(output: OutputArtifact, models: Models): void {
  const { description, predictions, controls } = models;
  writeFileSync(output.path('model.json'), `${JSON.stringify(description, null, 2)}\n`);
  writePredictions(output.path('predictions.csv'), description.labels, predictions);
  for (const name of description.controls) {
    const path = output.path(`controls/${name}/predictions.csv`);
    writePredictions(path, description.labels, controls[name] ?? []);
  }
}

/** Reads description and predictions, no weights. Throws on a tree that the validator would refuse. */
export function readModels(files: ArtifactFiles): Models {
  const { problems, models: value } = check(files);
  if (value === undefined) throw new Error(`not a set of models: ${problems.join('; ')}`);
  return value;
}

/** Reads `model.json` alone. Throws on a tree that the validator would refuse. */
export function readModelDescription(files: ArtifactFiles): ModelDescription {
  const description = parseDescription(readFileSync(files.path('model.json'), 'utf8'));
  if (typeof description === 'string') throw new Error(description);
  return description;
}

export const models = defineArtifact({
  type: 'models',
  summary: 'One model per fold and seed, their predictions, and the protocol they were made by',
  validate(files) {
    const { problems, models: found } = check(files);
    return found === undefined ? problems : checkTrained(files, found.description);
  },
});

/** Files of one model: where weights are, the same model stands as ONNX, for the same classes. */
function checkTrained(
  files: ArtifactFiles,
  { folds, labels }: ModelDescription,
): readonly string[] {
  const folders = new Set(
    Object.keys(files.files).flatMap((file) => /^(fold-\d+-seed-\d+)\//.exec(file)?.[1] ?? []),
  );
  return [...folders].flatMap((folder) => {
    const fold = Number(folder.split('-')[1]);
    if (fold < 1 || fold > folds) return [`${folder} is beyond the ${folds} folds`];
    const missing = ['weights.safetensors', 'model.onnx'].filter(
      (name) => files.files[`${folder}/${name}`] === undefined,
    );
    if (missing.length > 0) return missing.map((name) => `${folder}/${name} is missing`);
    const bytes = readFileSync(files.path(`${folder}/model.onnx`));
    const named = bytes.includes(JSON.stringify(labels));
    return named ? [] : [`${folder}/model.onnx does not name the labels of this set`];
  });
}

function check(files: ArtifactFiles): { problems: readonly string[]; models?: Models } {
  if (files.files['model.json'] === undefined) return { problems: ['model.json is missing'] };
  const description = parseDescription(readFileSync(files.path('model.json'), 'utf8'));
  if (typeof description === 'string') return { problems: [`model.json: ${description}`] };

  const problems: string[] = [];
  const read = (file: string, seeds: number): readonly Prediction[] => {
    if (files.files[file] === undefined) {
      problems.push(`${file} is missing`);
      return [];
    }
    const table = parsePredictions(readFileSync(files.path(file), 'utf8'), description.labels);
    problems.push(...table.problems.map((problem) => `${file}: ${problem}`));
    const { folds, enrolment } = description;
    // Draws score what they did not enrol, so they score other clips.
    const alike = enrolment === null;
    problems.push(
      ...coverage(table.predictions, { folds, seeds, alike }).map((p) => `${file}: ${p}`),
    );
    return table.predictions;
  };
  const predictions = read('predictions.csv', description.seeds);
  const scored = scoredClips(predictions);
  const controls = Object.fromEntries(
    description.controls.map((name) => {
      const file = `controls/${name}/predictions.csv`;
      const own = read(file, controlSeeds(name, description));
      for (const [place, ids] of scoredClips(own)) {
        if (ids.join('\n') === scored.get(place)?.join('\n')) continue;
        const [fold, seed] = place.split(' ');
        problems.push(`${file}: fold ${fold}, seed ${seed} scores other clips than the model`);
      }
      return [name, own];
    }),
  );
  if (problems.length > 0) return { problems };
  return { problems, models: { description, predictions, controls } };
}

/**
 * Controls are made once, and scored on what each draw scores; the model without enrolment is trained as
 * often as the one beside it.
 */
function controlSeeds(name: string, { seeds, enrolment }: ModelDescription): number {
  return name === 'plain' ? seeds : drawsOf(enrolment);
}

/** Ids of the scored clips by fold and seed, in the order of the table. */
function scoredClips(predictions: readonly Prediction[]): Map<string, string[]> {
  const scored = new Map<string, string[]>();
  for (const row of predictions) {
    if (row.role !== 'test') continue;
    const key = `${row.fold} ${row.seed}`;
    const ids = scored.get(key);
    if (ids === undefined) scored.set(key, [row.id]);
    else ids.push(row.id);
  }
  return scored;
}

/** Every fold and seed scores clips, and all seeds score the same ones where they are to. */
function coverage(
  predictions: readonly Prediction[],
  {
    folds,
    seeds,
    alike,
  }: { readonly folds: number; readonly seeds: number; readonly alike: boolean },
): string[] {
  const scored = scoredClips(predictions);
  const problems: string[] = [];
  for (let fold = 1; fold <= folds; fold++) {
    const first = scored.get(`${fold} 1`)?.join('\n');
    for (let seed = 1; seed <= seeds; seed++) {
      const ids = scored.get(`${fold} ${seed}`)?.join('\n');
      scored.delete(`${fold} ${seed}`);
      if (ids === undefined) problems.push(`fold ${fold}, seed ${seed} scores no clip`);
      else if (alike && ids !== first)
        problems.push(`fold ${fold}: seed ${seed} scores other clips`);
    }
  }
  for (const key of scored.keys()) {
    const [fold, seed] = key.split(' ');
    problems.push(`fold ${fold}, seed ${seed} is beyond the ${folds} folds and ${seeds} seeds`);
  }
  return problems;
}

function parseDescription(text: string): ModelDescription | string {
  const value = parseFormat(text, 'affekt.models/1');
  if (typeof value === 'string') return value;
  if (typeof value['architecture'] !== 'string') return 'architecture is missing';
  if (!Number.isInteger(value['parameters'])) return 'parameters must be a whole number';
  const labels = value['labels'];
  if (!Array.isArray(labels) || labels.length < 2 || new Set(labels).size !== labels.length) {
    return 'labels must list at least two different classes';
  }
  if (!isJsonObject(value['params'])) return 'params must be an object';
  const protocol = checkProtocol(value['protocol']);
  if (protocol !== undefined) return `protocol: ${protocol}`;
  for (const key of ['folds', 'seeds']) {
    if (!Number.isInteger(value[key]) || Number(value[key]) < 1) return `${key} must be at least 1`;
  }
  const { enrolment } = value;
  if (
    enrolment !== null &&
    !(
      isJsonObject(enrolment) &&
      (Number.isInteger(enrolment['clips']) || enrolment['clips'] === 'all')
    )
  ) {
    return 'enrolment must be null, or say how many clips';
  }
  if (!Array.isArray(value['controls'])) return 'controls must be a list';
  const selections = ['none', 'nested', 'shared', 'development'];
  if (!selections.includes(String(value['selection']))) {
    return `selection must be one of ${selections.join(', ')}`;
  }
  return value as unknown as ModelDescription;
}
