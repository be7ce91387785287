import { Type } from 'typebox';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dropDefaults, fillDefaults, setParam } from '../../../src/engine/spec/defaults.ts';
import type { Json, JsonObject } from '../../../src/util/json.ts';
import { createRandom } from '../../../src/util/random.ts';

const test = suite('defaults');

const closed = { additionalProperties: false };
const schema = Type.Object(
  {
    needed: Type.String(),
    rate: Type.Integer({ default: 16000 }),
    trim: Type.Union([Type.Number(), Type.Null()], { default: null }),
    betas: Type.Tuple([Type.Number(), Type.Number()], { default: [0.9, 0.999] }),
    inner: Type.Object(
      { a: Type.Integer({ default: 1 }), b: Type.Boolean({ default: true }) },
      { ...closed, default: {} },
    ),
    plain: Type.Object({ x: Type.Integer({ default: 5 }) }, closed),
    optional: Type.Optional(Type.Object({ y: Type.Integer({ default: 6 }) }, closed)),
    split: Type.Union(
      [
        Type.Object({ scheme: Type.Literal('loso'), keep: Type.Integer({ default: 0 }) }, closed),
        Type.Object({ scheme: Type.Literal('kfold'), folds: Type.Integer({ default: 5 }) }, closed),
      ],
      { default: { scheme: 'loso' } },
    ),
    steps: Type.Array(Type.Object({ gain: Type.Number({ default: 0 }) }, closed), { default: [] }),
    free: Type.Record(Type.String(), Type.Integer(), { default: {} }),
  },
  closed,
);

const full = {
  needed: 'x',
  rate: 16000,
  trim: null,
  betas: [0.9, 0.999],
  inner: { a: 1, b: true },
  plain: { x: 5 },
  split: { scheme: 'loso', keep: 0 },
  steps: [],
  free: {},
};

test('fill goes to any depth and leaves optional maps absent', () => {
  assert.equal(fillDefaults(schema, { needed: 'x' }), full);
  assert.equal(fillDefaults(schema, { needed: 'x', optional: {}, steps: [{}] }), {
    ...full,
    optional: { y: 6 },
    steps: [{ gain: 0 }],
  });
});

test('a union is filled by the branch that the value fits', () => {
  const filled = fillDefaults(schema, { needed: 'x', split: { scheme: 'kfold' } }) as JsonObject;
  assert.equal(filled['split'], { scheme: 'kfold', folds: 5 });
});

const shortest = (of: object, value: Json): Json => dropDefaults(of, fillDefaults(of, value));

test('drop leaves what differs', () => {
  assert.equal(dropDefaults(schema, full), { needed: 'x' });
  assert.equal(shortest(schema, { needed: 'x', inner: { a: 1, b: false }, rate: 16000.0 }), {
    needed: 'x',
    inner: { b: false },
  });
  assert.equal(shortest(schema, { needed: 'x', split: { scheme: 'kfold', folds: 5 } }), {
    needed: 'x',
    split: { scheme: 'kfold' },
  });
});

test('a map that differs from its default only in its own inner defaults is kept', () => {
  const odd = Type.Object({
    p: Type.Object({ a: Type.Integer({ default: 7 }) }, { default: { a: 1 } }),
  });
  assert.equal(shortest(odd, { p: {} }), { p: {} });
  assert.equal(fillDefaults(odd, shortest(odd, { p: {} })), { p: { a: 7 } });
  assert.equal(dropDefaults(odd, { p: { a: 1 } }), {});
});

test('fill after drop gives the full value back, and the same is dropped again: 500 random values', () => {
  const random = createRandom(3);
  const maybe = (out: Record<string, Json>, key: string, values: readonly Json[]): void => {
    if (random.next() < 0.6) out[key] = values[random.integer(values.length)] as Json;
  };
  for (let i = 0; i < 500; i++) {
    const value: Record<string, Json> = { needed: 'n' };
    maybe(value, 'rate', [16000, 8000]);
    maybe(value, 'trim', [null, 45]);
    maybe(value, 'betas', [
      [0.9, 0.999],
      [0.5, 0.9],
    ]);
    maybe(value, 'inner', [{}, { a: 1 }, { a: 2 }, { b: true }, { b: false, a: 1 }]);
    maybe(value, 'plain', [{}, { x: 5 }, { x: 6 }]);
    maybe(value, 'optional', [{}, { y: 6 }, { y: 7 }]);
    maybe(value, 'split', [
      { scheme: 'loso' },
      { scheme: 'loso', keep: 2 },
      { scheme: 'kfold', folds: 5 },
    ]);
    maybe(value, 'steps', [[], [{}], [{ gain: 0 }, { gain: 1 }]]);
    maybe(value, 'free', [{}, { a: 1 }]);
    const filled = fillDefaults(schema, value);
    const dropped = dropDefaults(schema, filled);
    assert.equal(fillDefaults(schema, dropped), filled);
    assert.equal(shortest(schema, dropped), dropped);
  }
});

test('a key named __proto__ survives', () => {
  const value = JSON.parse('{"needed":"x","free":{"__proto__":1}}');
  for (const out of [fillDefaults(schema, value), dropDefaults(schema, value)]) {
    assert.equal(Object.keys((out as JsonObject)['free'] ?? {}), ['__proto__']);
  }
});

test('setParam replaces at a path, from the tag of the default where nothing is written', () => {
  assert.equal(setParam(schema, { needed: 'x' }, ['split', 'keep'], 2), {
    needed: 'x',
    split: { scheme: 'loso', keep: 2 },
  });
  assert.equal(setParam(schema, { split: { scheme: 'kfold', folds: 3 } }, ['split', 'folds'], 4), {
    split: { scheme: 'kfold', folds: 4 },
  });
  assert.equal(setParam(schema, {}, ['free', 'a'], 1), { free: { a: 1 } });
});

test.run();
