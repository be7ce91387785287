import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sha256 } from '../../../src/engine/digest.ts';
import { type Chunk, chunksOf, coordinateEach } from '../../../src/engine/plan/each.ts';
import { type Item, itemId } from '../../../src/engine/stage.ts';

const test = suite('chunks');

const items = (n: number): readonly Item[] =>
  Array.from({ length: n }, (_, i) => ({ digest: sha256(`item ${i}`) }));

test('every item is in one chunk, under its own prefix, and chunks are of a useful size', () => {
  for (const n of [0, 1, 48, 49, 97, 604, 5000]) {
    const chunks = chunksOf(items(n));
    const all = chunks.flatMap((chunk) => chunk.items);
    assert.is(new Set(all).size, n);
    assert.is(all.length, n);
    assert.is(new Set(chunks.map(({ prefix }) => prefix)).size, chunks.length);
    // Digests spread evenly: a chunk of twice the mean would be one in millions.
    assert.ok(
      chunks.every((chunk) => chunk.items.length <= 96),
      `${n} items`,
    );
    if (n > 48) assert.ok(n / chunks.length >= 20, `${n} items in ${chunks.length} chunks`);
  }
});

test('order and repetition of items do not matter', () => {
  const some = items(200);
  assert.equal(chunksOf([...some].reverse()), chunksOf(some));
  assert.equal(chunksOf([...some, ...some]), chunksOf(some));
});

test('one item more touches one chunk, unless their number doubles', () => {
  const before = new Set(chunksOf(items(604)).map((chunk) => JSON.stringify(chunk)));
  const after = chunksOf(items(605)).filter((chunk) => !before.has(JSON.stringify(chunk)));
  assert.is(after.length, 1);
});

test('data beside the content makes another item of it', () => {
  const [item] = items(1) as [Item];
  const copies = [0, 1].map((copy) => ({ ...item, data: { copy } }));
  const all = chunksOf([item, ...copies, ...copies]).flatMap((chunk) => chunk.items);
  assert.is(all.length, 3);
  assert.is(new Set(all.map(({ id }) => id)).size, 3);
  assert.ok(
    all.every(({ digest }) => digest === item.digest),
    'they are made of the same content',
  );
  assert.is(itemId(item), item.digest, 'without data an item is its content');
  assert.is(itemId({ ...item, data: { a: 1, b: 2 } }), itemId({ ...item, data: { b: 2, a: 1 } }));
});

test('the largest chunks are asked for first, and are combined in the order of their prefixes', async () => {
  const all = items(604);
  const order = chunksOf(all).map(({ prefix }) => prefix);
  const asked: Chunk[] = [];
  await coordinateEach(
    { over: 'corpus', items: () => all },
    { input: {} as never, params: {} },
    {
      async chunk(chunk) {
        asked.push(chunk);
        return { chunk: { type: 'chunk', digest: chunk.prefix } as never };
      },
      async combine(chunks) {
        assert.equal(
          chunks.map(({ digest }) => digest),
          order,
        );
        return {};
      },
    },
  );
  const sizes = asked.map((chunk) => chunk.items.length);
  assert.equal(
    sizes,
    [...sizes].sort((a, b) => b - a),
  );
  assert.ok(new Set(sizes).size > 3, 'chunks differ in size');
});

test.run();
