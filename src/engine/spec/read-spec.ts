import { basename } from 'node:path';
import type { ArtifactType } from '../artifact.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { err, ok, type Result } from '../result.ts';
import type { OutputPort, StageKind } from '../stage.ts';
import { chooseForms } from './choose-forms.ts';
import { loadTree, type ReadFile } from './extend.ts';
import { Interpolator } from './interpolate.ts';
import { type AxisDraft, readMatrix } from './matrix.ts';
import { applyOverrides } from './override.ts';
import { checkParams } from './params.ts';
import { Problems } from './problems.ts';
import { diskReader, type SpecReader } from './reader.ts';
import { type LoadModule, readStages, type StageDraft } from './stages.ts';
import { readTop, type Top } from './top.ts';
import type { Entry, MapTree } from './tree.ts';
import { mapTree, show, toJson, visible } from './tree.ts';
import type { Spec, StageSpec, Wire } from './types.ts';
import { validateParams } from './validate.ts';
import { axesOf, checkTargets, setByMatrix, toAxes, variantsOf } from './variants.ts';
import { checkVaried } from './varied.ts';
import { checkWires } from './wired.ts';
import { wireStages } from './wires.ts';
import { placeOf, rebasePaths } from './written.ts';

export interface ReadSpecOptions {
  /** Path of the spec, as the user wrote it. */
  readonly file: string;
  readonly kinds: Readonly<Record<string, StageKind>>;
  readonly artifacts: Readonly<Record<string, ArtifactType>>;
  /** `stage.param=value`, `vars.x=value`, `seed=value`, `name=value`. */
  readonly overrides: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Loads `uses: ./stages/pitch.ts`, given as an absolute path; a sentence on failure. */
  readonly loadModule: LoadModule;
  readonly reader?: SpecReader;
  /** Default: the working directory. */
  readonly cwd?: string;
}

export interface ReadSpec {
  readonly spec: Spec;
  readonly warnings: readonly Diagnostic[];
  /** Every file that was read. */
  readonly files: readonly ReadFile[];
  /** Names of environment variables that references asked for, sorted. */
  readonly env: readonly string[];
}

/**
 * YAML text to a checked `Spec`: extends, overrides, vars, matrix, kinds, params, wiring. All problems
 * are reported at once, each with its place. A file that is no YAML stops what builds on it.
 */
export async function readSpec(
  options: ReadSpecOptions,
): Promise<Result<ReadSpec, readonly Diagnostic[]>> {
  const { file, kinds, artifacts, env, loadModule } = options;
  const cwd = options.cwd ?? process.cwd();
  const problems = new Problems();
  const { root: loaded, files } = await loadTree({
    file,
    cwd,
    reader: options.reader ?? diskReader,
    problems,
  });
  const unreadable = problems.failed;
  const overrides = applyOverrides(loaded, options.overrides, cwd, problems);
  if (unreadable) return err(problems.sorted('error'));

  const { root, interpolator } = interpolate(overrides.root, env, problems);
  const top = readTop(root, basename(file).replace(/\.ya?ml$/, ''), problems);
  const matrix = readMatrix(root.entries.get('matrix'), problems);
  const drafts = await readStages(
    root.entries.get('stages'),
    root.at,
    overrides.layers,
    { kinds, artifacts, loadModule },
    problems,
  );
  for (const [stage, at] of overrides.stages) {
    if (drafts.has(stage) || drafts.size === 0) continue;
    problems.error({
      at,
      message: `unknown stage "${stage}"`,
      nearest: problems.nearest(stage, drafts.keys()),
    });
  }
  chooseForms(drafts);
  checkTargets(matrix.axes, drafts, problems);
  checkStages(drafts, matrix.axes, artifacts, problems);
  const { wires, certain } = wireStages(
    drafts,
    { axes: matrix.axes, artifacts, kindsGiving: (type) => kindsGiving(kinds, type) },
    problems,
  );
  if (certain) {
    checkVaried(drafts, wires, problems);
    checkWires(drafts, wires, matrix.axes, problems);
  }
  if (problems.failed) return err(problems.sorted('error'));
  const stages = [...drafts.values()].map((draft) => toStage(draft, wires.get(draft.name) ?? []));
  return ok({
    spec: toSpec(top, stages, matrix.axes, drafts, matrix.exclude),
    warnings: problems.sorted('warning'),
    files,
    env: interpolator.used,
  });
}

function interpolate(
  root: MapTree,
  env: ReadSpecOptions['env'],
  problems: Problems,
): { readonly root: MapTree; readonly interpolator: Interpolator } {
  const vars = root.entries.get('vars');
  const empty = vars?.value.type === 'scalar' && vars.value.value === null;
  if (vars && vars.value.type !== 'map' && !empty) {
    problems.error({
      at: visible(vars),
      message: `"vars" is a map of names to values, not ${show(toJson(vars.value))}`,
    });
  }
  const map = vars?.value.type === 'map' ? vars.value : undefined;
  const interpolator = new Interpolator({ vars: map, env, problems });
  interpolator.checkVars();
  const entries = new Map<string, Entry>();
  for (const [key, entry] of root.entries) {
    if (key === 'vars') entries.set(key, entry);
    else entries.set(key, { key: entry.key, value: interpolator.apply(entry.value) });
  }
  return { root: mapTree(root.at, entries), interpolator };
}

/** Params of every stage, in every variant, and what its outputs are with them. */
function checkStages(
  drafts: ReadonlyMap<string, StageDraft>,
  axes: readonly AxisDraft[],
  artifacts: Readonly<Record<string, ArtifactType>>,
  problems: Problems,
): void {
  const sound = new Map<StageKind, boolean>();
  for (const draft of drafts.values()) {
    const { kind, written } = draft;
    if (!kind) continue;
    if (!sound.has(kind)) sound.set(kind, isSound(draft, kind, artifacts, problems));
    if (!sound.get(kind)) continue;
    const own = axesOf(draft.name, axes);
    const { given, filled } = checkParams(
      kind,
      written,
      problems,
      ({ what, path }) => what === 'missing' && setByMatrix(draft, own, path),
    );
    draft.given = rebasePaths(kind.params, given, written, draft.folder);
    if (!kind.outputsOf) draft.outputs = kind.outputs;
    else if (filled) {
      const outputs = kind.outputsOf(filled as never);
      if (areKnown(draft, outputs, artifacts, problems)) draft.outputs = outputs;
    }
    for (const variant of variantsOf(draft, own)) checkParams(kind, variant, problems);
  }
}

/** Outputs that params declare may be of a type that does not exist. */
function areKnown(
  draft: StageDraft,
  outputs: Readonly<Record<string, OutputPort>>,
  artifacts: Readonly<Record<string, ArtifactType>>,
  problems: Problems,
): boolean {
  let known = true;
  for (const [name, { type }] of Object.entries(outputs)) {
    if (Object.hasOwn(artifacts, type)) continue;
    known = false;
    problems.error({
      at: placeOf(draft.written, ['outputs', name], 'value').at,
      message: `output "${name}" is of the unknown artifact type "${type}"`,
      nearest: problems.nearest(type, Object.keys(artifacts)),
      hint: `Types: ${Object.keys(artifacts).join(', ')}.`,
    });
  }
  return known;
}

/** An own stage may declare what the engine does not know. */
function isSound(
  draft: StageDraft,
  kind: StageKind,
  artifacts: Readonly<Record<string, ArtifactType>>,
  problems: Problems,
): boolean {
  const { value } = draft.entry;
  const uses = value.type === 'map' ? value.entries.get('uses') : undefined;
  const at = uses ? visible(uses) : draft.entry.key;
  for (const { type } of [...Object.values(kind.inputs), ...Object.values(kind.outputs)]) {
    if (type === 'any' || Object.hasOwn(artifacts, type)) continue;
    problems.error({
      at,
      message: `kind "${kind.kind}" declares the unknown artifact type "${type}"`,
      nearest: problems.nearest(type, Object.keys(artifacts)),
      hint: `Types: ${Object.keys(artifacts).join(', ')}.`,
    });
    return false;
  }
  try {
    validateParams(kind.params, {});
    return true;
  } catch (error) {
    problems.error({
      at,
      message: `the params of kind "${kind.kind}" are no sound JSON Schema: ${(error as Error).message}`,
    });
    return false;
  }
}

function kindsGiving(kinds: ReadSpecOptions['kinds'], type: string): readonly string[] {
  return Object.values(kinds)
    .filter((kind) => !kind.internal && Object.values(kind.outputs).some((o) => o.type === type))
    .map((kind) => kind.kind);
}

function toStage(draft: StageDraft, inputs: readonly Wire[]): StageSpec {
  return {
    name: draft.name,
    uses: draft.uses,
    with: draft.given,
    folder: draft.folder,
    inputs,
    at: { file: draft.entry.key.source.path, path: ['stages', draft.name] },
  };
}

function toSpec(
  top: Top,
  stages: readonly StageSpec[],
  axes: readonly AxisDraft[],
  drafts: ReadonlyMap<string, StageDraft>,
  exclude: Spec['exclude'],
): Spec {
  return { ...top, stages, matrix: toAxes(axes, drafts), exclude };
}
