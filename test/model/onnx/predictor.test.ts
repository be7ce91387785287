import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openPredictor, predictionGraph } from '../../../src/model/onnx/predictor.ts';
import { createRandom } from '../../../src/util/random.ts';
import { farthest } from '../graph/differentiated.ts';
import { interpret } from '../graph/interpret.ts';
import { cnn4, initialState, referenceCnn } from '../reference-models.ts';

const test = suite('prediction');

const [bands, classes] = [16, 3];

/** Weights with running statistics that differ from channel to channel. */
function weightsOf(model: ReturnType<typeof cnn4>) {
  const { parameters, buffers } = initialState(model, 2);
  const random = createRandom(8);
  for (const { data } of Object.values(buffers)) {
    for (let i = 0; i < data.length; i++) data[i] = data[i]! + 0.5 * random.next();
  }
  return { parameters, buffers };
}

function examplesOf(count: number, frames: number) {
  const random = createRandom(frames);
  return {
    x: Float32Array.from({ length: count * bands * frames }, random.normal),
    mask: new Float32Array(count * frames).fill(1),
  };
}

for (const [name, make] of Object.entries({ referenceCnn, cnn4 })) {
  test(`${name}: posteriors as in float64, for any number and length of clips`, async () => {
    const model = make(bands, classes);
    const weights = weightsOf(model);
    const predictor = await openPredictor(model, weights, { threads: 1 });
    for (const size of [
      { count: 1, frames: 16 },
      { count: 3, frames: 21 },
    ]) {
      const { x, mask } = examplesOf(size.count, size.frames);
      const graph = predictionGraph(model, weights, size);
      const feeds = {
        x: { shape: graph.inputs.get('x')!.shape, data: Float64Array.from(x) },
        mask: { shape: graph.inputs.get('mask')!.shape, data: Float64Array.from(mask) },
      };
      const [expected] = interpret(graph, feeds, [graph.outputs.get('posteriors')!]);
      const found = await predictor.predict({ x, mask }, size);
      assert.instance(found, Float32Array);
      assert.ok(farthest(found, expected!.data) < 2e-6);
    }
    await predictor.close();
  });
}

test('a size gives the same bits whatever was predicted in between', async () => {
  const model = cnn4(bands, classes);
  const predictor = await openPredictor(model, weightsOf(model), { threads: 1 });
  const lengths = [16, 17, 18, 19, 20, 21, 22];
  const predict = (frames: number) =>
    predictor.predict(examplesOf(2, frames), { count: 2, frames });
  const first = [];
  for (const frames of lengths) first.push([...(await predict(frames))]);
  for (const [i, frames] of lengths.entries()) assert.equal([...(await predict(frames))], first[i]);
  await predictor.close();
});

test('refuses weights that lack a tensor', async () => {
  const model = cnn4(bands, classes);
  const { parameters } = weightsOf(model);
  const predictor = await openPredictor(model, { parameters, buffers: {} }, { threads: 1 });
  try {
    await predictor.predict(examplesOf(1, 16), { count: 1, frames: 16 });
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), /no weights for norm0/);
  }
});

test.run();
