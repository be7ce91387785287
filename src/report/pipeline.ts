import type { ReportData } from './report-data.ts';
import type { SpecStage } from './spec-stages.ts';

/** A stage of the picture: all variants of one stage of the spec. */
export interface PipelineNode {
  readonly name: string;
  readonly kind: string;
  readonly variants: number;
  readonly tasks: number;
  readonly cached: number;
  /** Of the tasks that ran, summed over processes. */
  readonly seconds: number;
  /** `open`: no task of it is known. */
  readonly state: 'ran' | 'cached' | 'failed' | 'open';
}

export interface Pipeline {
  readonly nodes: readonly PipelineNode[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

/** The stages of a run as a graph; variants of a stage are one node, so that a sweep stays readable. */
export function pipelineOf({
  specStages,
  stages,
  failures,
}: Pick<ReportData, 'specStages' | 'stages' | 'failures'>): Pipeline {
  const groups = new Map<string, SpecStage[]>();
  for (const stage of specStages) {
    const group = groups.get(nameOf(stage.address));
    if (group === undefined) groups.set(nameOf(stage.address), [stage]);
    else group.push(stage);
  }
  const nodes = [...groups].map(([name, variants]): PipelineNode => {
    const rows = stages.filter(({ address }) => nameOf(address) === name);
    const sum = (key: 'tasks' | 'cached' | 'seconds'): number =>
      rows.reduce((total, row) => total + row[key], 0);
    const counts = { tasks: sum('tasks'), cached: sum('cached'), seconds: sum('seconds') };
    const failed = failures.some(({ address }) => nameOf(address) === name);
    const done = counts.tasks === counts.cached ? 'cached' : 'ran';
    return {
      ...{ name, kind: variants[0]?.kind ?? '', variants: variants.length, ...counts },
      state: failed ? 'failed' : counts.tasks === 0 ? 'open' : done,
    };
  });
  const edges = new Map<string, { from: string; to: string }>();
  for (const { address, inputs } of specStages) {
    for (const from of Object.values(inputs).flat()) {
      const edge = { from: nameOf(from), to: nameOf(address) };
      if (groups.has(edge.from)) edges.set(`${edge.from} ${edge.to}`, edge);
    }
  }
  return { nodes, edges: [...edges.values()] };
}

/** `cnn[cnn.architecture=mlp]/fold` → `cnn`. */
function nameOf(address: string): string {
  return address.split(/[[/]/, 1)[0] ?? address;
}
