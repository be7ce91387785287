import type { OnnxAttribute } from '../graph/onnx-writer.ts';
import type { Shape } from '../graph/value.ts';
import {
  bytesField,
  type Fields,
  floatField,
  intField,
  messageField,
  textField,
} from './protobuf.ts';

/** Field numbers and enumerations are those of onnx.proto3 (IR version 8). */
const float32 = 1;
const int64 = 7;

export interface OnnxNode {
  readonly type: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** NodeProto. */
export function nodeMessage(node: OnnxNode): Fields {
  return [
    ...node.inputs.map((name) => textField(1, name)),
    ...node.outputs.map((name) => textField(2, name)),
    textField(3, node.outputs[0]!),
    textField(4, node.type),
    ...Object.entries(node.attributes).map(([name, value]) =>
      messageField(5, attributeMessage(name, value)),
    ),
    ...(node.domain === '' ? [] : [textField(7, node.domain)]),
  ];
}

/** AttributeProto. */
function attributeMessage(name: string, value: OnnxAttribute): Fields {
  const named = textField(1, name);
  if ('float' in value) return [named, floatField(2, value.float), intField(20, 1)];
  if ('int' in value) return [named, intField(3, value.int), intField(20, 2)];
  if ('string' in value) return [named, textField(4, value.string), intField(20, 3)];
  return [named, ...value.ints.map((int) => intField(8, int)), intField(20, 7)];
}

/** TensorProto with raw data. */
export function tensorMessage(
  name: string,
  shape: Shape,
  data: Float32Array | BigInt64Array,
): Fields {
  return [
    ...shape.map((size) => intField(1, size)),
    intField(2, data instanceof Float32Array ? float32 : int64),
    textField(8, name),
    // Little-endian, as every processor that ONNX Runtime runs on.
    bytesField(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ];
}

/** ValueInfoProto of a float32 tensor; a size in words is free. */
export function valueMessage(name: string, shape: readonly (number | string)[]): Fields {
  const sizes = shape.map((size) =>
    messageField(1, [typeof size === 'number' ? intField(1, size) : textField(2, size)]),
  );
  const tensor = [intField(1, float32), messageField(2, sizes)];
  return [textField(1, name), messageField(2, [messageField(1, tensor)])];
}

/** ModelProto. */
export function modelMessage(
  graph: {
    readonly nodes: readonly Fields[];
    readonly constants: readonly Fields[];
    readonly inputs: readonly Fields[];
    readonly outputs: readonly Fields[];
  },
  domains: Readonly<Record<string, number>>,
  metadata: Readonly<Record<string, string>> = {},
): Fields {
  return [
    intField(1, 8),
    textField(2, 'affekt'),
    messageField(7, [
      ...graph.nodes.map((fields) => messageField(1, fields)),
      textField(2, 'affekt'),
      ...graph.constants.map((fields) => messageField(5, fields)),
      ...graph.inputs.map((fields) => messageField(11, fields)),
      ...graph.outputs.map((fields) => messageField(12, fields)),
    ]),
    ...Object.entries(domains).map(([domain, version]) =>
      messageField(8, [textField(1, domain), intField(2, version)]),
    ),
    ...Object.entries(metadata).map(([key, value]) =>
      messageField(14, [textField(1, key), textField(2, value)]),
    ),
  ];
}
