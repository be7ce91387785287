import type { Graph } from '../../../src/model/graph/graph.ts';
import type { Value } from '../../../src/model/graph/value.ts';
import { encodeModel } from '../../../src/model/onnx/encode-model.ts';
import { openSession, tensor } from '../../../src/model/onnx/session.ts';
import type { Tensor64 } from '../graph/interpret.ts';

/** What ONNX Runtime computes on one thread for `wanted`. */
export async function runGraph(
  graph: Graph,
  feeds: Readonly<Record<string, Tensor64>>,
  wanted: readonly Value[],
  block = 0,
): Promise<readonly Float32Array[]> {
  const names = wanted.map((_, i) => `out${i}`);
  for (const [i, value] of wanted.entries()) graph.output(names[i]!, value);
  const session = await openSession(encodeModel(graph, { block }), {
    threads: 1,
    constantFilters: false,
  });
  const inputs = Object.entries(feeds).map(
    ([name, { shape, data }]) => [name, tensor(Float32Array.from(data), shape)] as const,
  );
  const found = await session.run(Object.fromEntries(inputs), names);
  await session.close();
  return names.map((name) => found[name]!.data as Float32Array);
}
