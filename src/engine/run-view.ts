import type { CachePaths } from './cache/paths.ts';
import type { StageNode } from './plan/graph.ts';
import type { Outputs } from './plan/request.ts';
import type { NodeResult } from './plan/walk.ts';
import type { RunOutputs } from './record/types.ts';
import type { RunView } from './run-types.ts';

/** What the stages that are done have made, by digest and with the files to read. */
export function viewRun(
  nodes: readonly StageNode[],
  result: (node: StageNode) => NodeResult | undefined,
  paths: CachePaths,
): RunView {
  const digests: Record<string, Record<string, RunOutputs[string][string]>> = {};
  const artifacts = new Map<string, Outputs>();
  for (const node of nodes) {
    const settled = result(node);
    if (settled?.state !== 'done') continue;
    artifacts.set(node.address, settled.outputs);
    digests[node.address] = Object.fromEntries(
      Object.entries(settled.outputs).map(([port, { digest }]) => [port, digest]),
    );
  }
  return {
    outputs: digests as RunOutputs,
    artifact(address, port) {
      const artifact = artifacts.get(address)?.[port];
      if (artifact === undefined) return undefined;
      return {
        type: artifact.type,
        files: artifact.files,
        path(file) {
          const digest = artifact.files[file];
          if (digest === undefined) throw new Error(`${address}: no file ${file}`);
          return paths.object(digest);
        },
      };
    },
  };
}
