import { type Architecture, architectures } from '../../../src/model/architectures.ts';
import type { ModelPlan, PlanRow } from '../../../src/model/language/model-plan.ts';
import { planModel } from '../../../src/model/language/plan-model.ts';

/** What the tables of docs/architectures.md are made for: 64 bands, a crop of 96 frames. */
const frames = 96;

const names = Object.keys(architectures) as readonly Architecture[];

function planned(name: string, classes: number): ModelPlan {
  const plan = planModel(name, { channels: 1, bands: 64, side: 0, classes });
  if (!plan.ok) throw new Error(`${name} cannot be planned`);
  return plan.value;
}

/** The Markdown tables that the page holds, by name; `all` compares the architectures. */
export function documentedTables(): Readonly<Record<string, string>> {
  const rows = names.map((name) => {
    const plan = planned(name, 5);
    return [
      `[${name}](#${name})`,
      count(plan.parameterCount),
      count(planned(name, 7).parameterCount),
      millions(plan.flops(frames)),
      // Ten seconds at 62.5 frames a second.
      millions(plan.flops(625) / 10),
      String(plan.minimumFrames),
    ];
  });
  const header = [
    'name',
    'parameters, 5 classes',
    '7 classes',
    'MFLOP per crop',
    'MFLOP per second of sound',
    'fewest frames',
  ];
  return {
    all: table(header, rows),
    ...Object.fromEntries(names.map((name) => [name, layerTable(planned(name, 5))])),
  };
}

function layerTable(plan: ModelPlan): string {
  const rows = grouped(plan.table(frames)).map((group) => {
    const sum = (of: (row: PlanRow) => number) =>
      count(group.reduce((all, row) => all + of(row), 0));
    const places = [group[0]!.place, group.at(-1)!.place];
    return [
      places[0] === places[1] ? places[0]! : places.join(' – '),
      group.map(({ layer }) => layer).join(' → '),
      group.at(-1)!.output.join(' × '),
      sum(({ parameters }) => parameters),
      sum(({ flops }) => flops),
    ];
  });
  return table(['block', 'layers', 'output', 'parameters', 'FLOP'], rows);
}

/** Norms, activations, pools and dropout stand in the line of what comes before them. */
function grouped(rows: readonly PlanRow[]): readonly (readonly PlanRow[])[] {
  const groups: PlanRow[][] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    if (last && /norm|relu|gelu|silu|pool|dropout/.test(row.layer)) last.push(row);
    else groups.push([row]);
  }
  return groups;
}

const texts: readonly string[] = ['name', 'block', 'layers', 'output'];

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = header.map((name) => (texts.includes(name) ? '---' : '--:'));
  return [line(header), line(rule), ...rows.map(line)].join('\n');
}

const count = (value: number): string => Math.round(value).toLocaleString('en');

const millions = (value: number): string => String(Number((value / 1e6).toPrecision(3)));
