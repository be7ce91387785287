import type { StageNode } from './plan/graph.ts';
import type { Spec } from './spec/types.ts';

/** The experiment as it was understood: every variant with all its params and wires, as YAML for people. */
export async function resolvedYaml(spec: Spec, nodes: readonly StageNode[]): Promise<string> {
  const stages: Record<string, unknown> = {};
  for (const { address, kind, params, inputs } of nodes) {
    stages[address] = {
      uses: kind.kind,
      version: kind.version,
      in: Object.fromEntries(
        Object.entries(inputs).map(([port, list]) => {
          const from = list.map(({ node, output }) => `${node.address}.${output}`);
          return [port, from.length === 1 ? from[0] : from];
        }),
      ),
      with: params,
    };
  }
  const { stringify } = await import('../util/yaml.ts');
  const { name, description, tags, seed } = spec;
  return stringify({ name, description, tags, seed, stages }, { lineWidth: 0 });
}
