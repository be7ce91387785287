import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { type Architecture, architectures } from '../../../src/model/architectures.ts';
import { type Block, blockNames } from '../../../src/model/language/block.ts';
import { planModel } from '../../../src/model/language/plan-model.ts';
import { documentedTables } from './architectures-doc.ts';

const test = suite('docs/architectures.md');

const page = readFileSync(join(import.meta.dirname, '../../../docs/architectures.md'), 'utf8');

for (const [name, table] of Object.entries(documentedTables())) {
  test(`holds the table of ${name} as it is`, () => {
    const held = page.includes(`\n${table}\n`);
    // Not in the message, which uvu prints twice and adds a word to: this is there to be copied.
    if (!held) process.stdout.write(`\n\n${table}\n\n`);
    assert.ok(held, 'the page should hold the table that stands above');
  });
}

test('names every block', () => {
  assert.equal(
    blockNames.filter((name) => !page.includes(`\n| \`${name}\` |`)),
    [],
  );
});

test('writes cnn4 out as it is', () => {
  const examples = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(
    ([, yaml]) => (parse(yaml!) as { readonly architecture: string | Block[] }).architecture,
  );
  const [name, blocks] = examples;
  const layers = examples.map((model) => {
    const plan = planModel(model, { channels: 1, bands: 64, side: 0, classes: 5 });
    return plan.ok && plan.value.layers;
  });
  assert.is(name, 'cnn4' satisfies Architecture);
  assert.equal(blocks, architectures.cnn4);
  assert.equal(layers[1], layers[0]);
});

test.run();
