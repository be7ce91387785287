import type { Constant, ModelParts } from './model-writer.ts';

/** An end beyond every tensor's: all that is left of an axis. */
const toTheEnd = 2n ** 63n - 1n;

/**
 * One model for clips of every length, from the same model for two lengths: sizes that are equal in both
 * belong to the model, others to the clip. A shape leaves its one such size to whoever runs the model, and
 * a slice to the last frame goes to the end, whatever that is.
 *
 * Throws where a difference is of another kind: the model then depends on its length in a way that no
 * shape can say.
 */
export function freeLength(a: ModelParts, b: ModelParts): ModelParts {
  const [first, second] = [JSON.stringify(a.nodes), JSON.stringify(b.nodes)];
  if (first !== second || a.constants.length !== b.constants.length) {
    throw new Error('the graph of a model depends on the length of its clips');
  }
  const shapes = new Set<string>();
  const ends = new Set<string>();
  for (const { type, inputs } of a.nodes) {
    if (type === 'Reshape' && inputs[1] !== undefined) shapes.add(inputs[1]);
    if (type === 'Slice' && inputs[2] !== undefined) ends.add(inputs[2]);
  }
  const constants = a.constants.map((constant, i): Constant => {
    const other = b.constants[i]!;
    const { name, shape, data } = constant;
    if (data.length !== other.data.length)
      throw new Error(`${name} depends on the length of clips`);
    const differing = [...data.keys()].filter((at) => data[at] !== other.data[at]);
    const [place] = differing;
    if (place === undefined) return constant;
    const filler = shapes.has(name) ? -1n : ends.has(name) ? toTheEnd : undefined;
    if (filler === undefined || differing.length > 1 || data instanceof Float32Array) {
      throw new Error(`${name} depends on the length of clips`);
    }
    return { name, shape, data: data.map((value, at) => (at === place ? filler : value)) };
  });
  return { nodes: a.nodes, constants };
}
