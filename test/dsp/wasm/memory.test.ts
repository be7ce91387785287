import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createTable, doubles, floats, layOut } from '../../../src/dsp/wasm/memory.ts';

const test = suite('kernel memory');

test('tables keep their place and contents, areas come after them', () => {
  const table = createTable(Uint32Array.of(7, 8), Float64Array.of(0.5, 2));
  const first = layOut([table], [100, 4]);
  const [address = 0] = first.tables;
  assert.equal([...doubles(address + 8, 2)], [0.5, 2]);
  const other = createTable(Float64Array.of(1));
  const second = layOut([other, table], [8]);
  assert.is(second.tables[1], address);
  assert.equal([...doubles(second.tables[0]!, 1)], [1]);
  const [area = 0] = second.areas;
  assert.ok(area >= Math.max(...second.tables) + 24, 'beyond both tables');
  const [long = 0, short = 0] = first.areas;
  assert.ok(short - long >= 100 && [long, short, area].every((at) => at % 64 === 0));
});

test('memory grows with the areas that are asked for', () => {
  const [at = 0] = layOut([], [50e6]).areas;
  floats(at + 50e6 - 8, 2).set([1, 2]);
  assert.equal([...floats(at + 50e6 - 8, 2)], [1, 2]);
});

test('tables that were dropped for want of room are placed again', () => {
  // 6 × 8 MB do not fit beside each other.
  const tables = Array.from({ length: 6 }, (_, i) =>
    createTable(new Float64Array(1e6).fill(i + 1)),
  );
  for (const round of [1, 2]) {
    for (const [i, table] of tables.entries()) {
      const [address = 0] = layOut([table], [64]).tables;
      assert.equal([...doubles(address + 8e6 - 8, 1)], [i + 1], `round ${round}, table ${i}`);
    }
  }
  const both = layOut([tables[0]!, tables[5]!], []);
  assert.equal(
    both.tables.map((address) => doubles(address, 1)[0]),
    [1, 6],
  );
});

test.run();
