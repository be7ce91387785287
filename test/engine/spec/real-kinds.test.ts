import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { artifactTypes } from '../../../src/artifacts/index.ts';
import { formatDiagnostics } from '../../../src/engine/diagnostic-text.ts';
import { err } from '../../../src/engine/result.ts';
import { defaultOf, dropDefaults, fillDefaults } from '../../../src/engine/spec/defaults.ts';
import { editorSchema } from '../../../src/engine/spec/editor-schema.ts';
import { readSpec } from '../../../src/engine/spec/read-spec.ts';
import { asSchema } from '../../../src/engine/spec/schema-node.ts';
import { stageDoc } from '../../../src/engine/spec/stage-doc.ts';
import { validateParams } from '../../../src/engine/spec/validate.ts';
import { stageKinds } from '../../../src/kinds.ts';

const test = suite('the real kinds and experiments');

const folder = fileURLToPath(new URL('../../../experiments/', import.meta.url));
// A lock file stands beside a spec that was run on an unpinned corpus.
const specs = readdirSync(folder).filter((name) => /(?<!\.lock)\.yaml$/.test(name));
const ajv = new Ajv({ strict: false, allErrors: true });
const validate = ajv.compile(editorSchema(stageKinds));

for (const kind of Object.values(stageKinds)) {
  test(`params of ${kind.kind}: documented, with defaults that are valid and drop to nothing`, () => {
    const { properties = {}, required = [] } = asSchema(kind.params);
    const given: Record<string, never> = {};
    for (const [name, schema] of Object.entries(properties)) {
      if (!kind.internal) assert.ok(schema.description, `${name} has a description`);
      const value = defaultOf(schema);
      if (value === undefined) continue;
      assert.equal(
        validateParams(kind.params, { ...given, [name]: value }).filter(
          ({ path }) => path[0] === name,
        ),
        [],
      );
    }
    const demanded = required.filter((name) => defaultOf(properties[name] ?? {}) === undefined);
    if (demanded.length > 0) return;
    const filled = fillDefaults(kind.params, {});
    assert.equal(fillDefaults(kind.params, filled), filled);
    assert.equal(dropDefaults(kind.params, filled), {});
  });
}

for (const kind of Object.values(stageKinds).filter((one) => !one.internal)) {
  test(`the example on the page of ${kind.kind} holds params that are right`, () => {
    const yaml = /```yaml\n([\s\S]*?)```/.exec(stageDoc(kind))?.[1] ?? '';
    const stage = Object.values(parse(yaml).stages)[0] as { with?: Record<string, never> };
    assert.equal(validateParams(kind.params, stage.with ?? {}), []);
  });
}

test('what other tools say is hinted at by names that there are', () => {
  for (const { kind, params, otherNames = {} } of Object.values(stageKinds)) {
    const text = JSON.stringify(params);
    for (const [theirs, ours] of Object.entries(otherNames)) {
      assert.ok(text.includes(`"${ours}"`), `${kind}: ${ours}`);
      assert.not.ok(text.includes(`"${theirs}":`), `${kind}: ${theirs} is a param itself`);
    }
  }
});

for (const name of specs) {
  test(`${name} is right`, async () => {
    const text = readFileSync(join(folder, name), 'utf8');
    assert.ok(validate(parse(text)), JSON.stringify(validate.errors));
    const result = await readSpec({
      file: join(folder, name),
      kinds: stageKinds,
      artifacts: artifactTypes,
      overrides: [],
      env: {},
      loadModule: async () => err({ message: 'own stages are loaded by the engine', hint: '' }),
    });
    const problems = result.ok ? [] : result.error;
    // Own stages need the built package; that they run is shown end to end.
    const others = problems.filter(({ message }) => !message.includes('own stages are loaded'));
    assert.is(formatDiagnostics(others), '');
  });
}

const page = readFileSync(new URL('../../../docs/spec-format.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');

for (const [i, text] of blocks.entries()) {
  test(`example ${i + 1} of docs/spec-format.md is right`, async () => {
    const result = await readSpec({
      file: 'spec.yaml',
      kinds: stageKinds,
      artifacts: artifactTypes,
      overrides: [],
      env: {},
      loadModule: async () => err({ message: 'none', hint: '' }),
      reader: { read: async () => new TextEncoder().encode(text), list: async () => [] },
      cwd: '/project',
    });
    assert.is(formatDiagnostics(result.ok ? [] : result.error), '');
    assert.ok(validate(parse(text)), JSON.stringify(validate.errors));
  });
}

test('the editor schema refuses what is wrong and takes references', () => {
  const stage = (body: object): object => ({
    stages: { mel: { uses: 'melspec', in: 'a', ...body } },
  });
  assert.ok(validate(stage({ with: { n_mels: 64 } })));
  assert.ok(validate(stage({ with: { n_mels: '${vars.bands}' } })));
  assert.ok(validate({ extends: './base.yaml', stages: { mel: { with: { anything: 1 } } } }));
  assert.ok(validate({ matrix: { 'mel.n_mels': [40, 64] } }));
  assert.not.ok(validate(stage({ with: { n_mel: 64 } })));
  assert.not.ok(validate(stage({ with: { n_mels: 'many' } })));
  assert.not.ok(validate(stage({ uses: 'melspek' })));
  assert.not.ok(validate(stage({ params: {} })));
  assert.not.ok(validate({ stages: { melspec: { in: 'a', with: { n_mel: 64 } } } }));
  assert.not.ok(validate({ stage: {} }));
});

test.run();
