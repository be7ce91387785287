import type { Json } from '../../util/json.ts';
import type { AxisDraft, VariantDraft } from './matrix.ts';
import type { Problems } from './problems.ts';
import type { StageDraft } from './stages.ts';
import { toJson } from './tree.ts';
import type { Axis } from './types.ts';
import type { Layer, Written } from './written.ts';
import { rebasePaths } from './written.ts';

/** Overrides of one variant for one stage. */
function layersOf(variant: VariantDraft | undefined, stage: string): readonly Layer[] {
  return (variant?.set ?? []).filter((one) => one.stage === stage);
}

/** Axes that set params of a stage. */
export function axesOf(stage: string, axes: readonly AxisDraft[]): readonly AxisDraft[] {
  return axes.filter(({ variants }) =>
    variants.some(({ set }) => set.some((one) => one.stage === stage)),
  );
}

/**
 * What the matrix makes of a stage's params: for every variant of every axis that touches it, those with that
 * variant on top (and the first variant of the other axes).
 */
export function variantsOf(
  { name, written }: Pick<StageDraft, 'name' | 'written'>,
  axes: readonly AxisDraft[],
): readonly Written[] {
  return axes.flatMap((axis) => {
    const others = axes.filter((other) => other !== axis);
    const base = others.flatMap((other) => layersOf(other.variants[0], name));
    return axis.variants.map((variant) => ({
      ...written,
      layers: [...written.layers, ...base, ...layersOf(variant, name)],
    }));
  });
}

/** Overrides name stages that are there, and no param twice. */
export function checkTargets(
  axes: readonly AxisDraft[],
  drafts: ReadonlyMap<string, StageDraft>,
  problems: Problems,
): void {
  const axisOf = new Map<string, AxisDraft>();
  for (const axis of axes) {
    for (const { stage, stageAt, path } of axis.variants.flatMap((variant) => variant.set)) {
      axisOf.set([stage, ...path].join('.'), axis);
      if (drafts.has(stage)) continue;
      problems.error({
        at: stageAt,
        message: `unknown stage "${stage}"`,
        nearest: problems.nearest(stage, drafts.keys()),
        hint:
          stage === 'vars'
            ? 'A matrix sets params of stages: name the param that reads the variable.'
            : 'Overrides are written stage.param: value.',
      });
    }
  }
  for (const draft of drafts.values()) {
    for (const layer of draft.written.layers) {
      const name = [draft.name, ...layer.path].join('.');
      const axis = axisOf.get(name);
      if (!axis) continue;
      problems.error({
        at: layer.entry.key,
        message: `"${name}" is set by the matrix, so an override of it has no effect`,
        hint: `Pick variants with --only '${draft.name}[${axis.name}=…]', or take the axis out.`,
        related: [{ message: `axis "${axis.name}"`, at: axis.at }],
      });
    }
  }
}

/** The matrix as plain data. Paths written in another folder than the stage's are moved along. */
export function toAxes(
  axes: readonly AxisDraft[],
  drafts: ReadonlyMap<string, StageDraft>,
): readonly Axis[] {
  return axes.map(({ name, variants }) => ({
    name,
    variants: variants.map((variant) => {
      const set: Record<string, Json> = {};
      for (const { stage, path, entry, parts } of variant.set) {
        const draft = drafts.get(stage);
        const value = toJson(entry.value);
        set[[stage, ...path].join('.')] = draft?.kind
          ? moved(draft, { path, entry, parts }, value)
          : value;
      }
      return { name: variant.name, set };
    }),
  }));
}

function moved(draft: StageDraft, layer: Layer, value: Json): Json {
  if (!draft.kind || layer.entry.value.at.source.folder === draft.folder) return value;
  // The value is looked at where it belongs, inside params of its own.
  const alone = layer.path.reduceRight<Json>((inner, key) => ({ [key]: inner }), value);
  const written = { ...draft.written, with: undefined, layers: [layer] };
  const params = rebasePaths(
    draft.kind.params,
    alone as Record<string, Json>,
    written,
    draft.folder,
  );
  return layer.path.reduce<Json>(
    (inner, key) => (inner as Record<string, Json>)[key] as Json,
    params,
  );
}

/** Whether a param that is missing under `with` is set by every variant of some axis. */
export function setByMatrix(
  draft: StageDraft,
  axes: readonly AxisDraft[],
  path: readonly string[],
): boolean {
  const covers = (layer: Layer): boolean =>
    layer.path.every((part, i) => i >= path.length || part === path[i]);
  return axes.some((axis) =>
    axis.variants.every((variant) => layersOf(variant, draft.name).some(covers)),
  );
}
