import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { features, openFeatures } from '../../src/artifacts/features.ts';
import type { PolicyFile } from '../../src/artifacts/policy.ts';
import type { Artifact } from '../../src/engine/artifact.ts';
import { fillDefaults } from '../../src/engine/spec/defaults.ts';
import { validateParams } from '../../src/engine/spec/validate.ts';
import { toPolicy } from '../../src/stages/augment/to-policy.ts';
import { augment } from '../../src/stages/augment.ts';
import type { JsonObject } from '../../src/util/json.ts';
import { npyHeader } from '../../src/util/npy.ts';
import { createEngineProject } from '../util/project.ts';
import { runStage, Store } from '../util/stage-context.ts';
import { writeTinyCorpus } from '../util/tiny-corpus.ts';

const test = suite('augment');

function melOf(store: Store, bands = 64, change: object = {}): Artifact {
  const definition = {
    ...{ format: 'affekt.features/1', kind: 'melspec', bands, rate: 16000 },
    ...{ frames_per_second: 62.5, params: { fmin: 50, fmax: 8000, htk: false } },
    ...change,
  };
  const shard = Buffer.concat([npyHeader(2, bands), Buffer.alloc(8 * bands)]);
  return store.artifact('features', {
    'features.json': JSON.stringify(definition),
    'index.csv': 'id,shard,offset,frames\na,0,0,1\nb,0,1,1\n',
    'shards/000.npy': shard,
  });
}

async function run(store: Store, mel: Artifact, params: JsonObject): Promise<Artifact> {
  assert.equal(validateParams(augment.params, params), []);
  const done = await runStage(store, augment, {
    params,
    inputs: { features: mel },
    types: [features],
  });
  assert.equal(done.consumed, [], 'it opens no clip');
  return done.outputs['features'] as Artifact;
}

const policyOf = (store: Store, artifact: Artifact): PolicyFile | null =>
  openFeatures(store.open(artifact)).policy;

test('links the features and adds the policy, in its order, in the long form', async () => {
  const store = new Store();
  const mel = melOf(store);
  assert.is(policyOf(store, mel), null);
  const given = { time_mask: 20, frequency_mask: 8, vtlp: 0.12, tempo: 0.15 };
  const made = await run(store, mel, given);
  const { 'policy.json': _, ...linked } = made.files;
  assert.equal(linked, mel.files);
  assert.is(
    store.text(made, 'policy.json'),
    `{
  "format": "affekt.policy/1",
  "tempo": 0.15,
  "vtlp": 0.12,
  "frequency_mask": {
    "width": 8,
    "count": 1
  },
  "time_mask": {
    "width": 20,
    "count": 2
  }
}
`,
  );
  const long = {
    ...given,
    frequency_mask: { width: 8 },
    time_mask: { width: 20, count: 2 },
  };
  assert.is((await run(store, mel, long)).digest, made.digest, 'short and long are one');
});

test('every policy reaches training', async () => {
  const store = new Store();
  const made = await run(store, melOf(store), {
    ...{ tempo: 0.1, vtlp: 0.2, frequency_warp: 3, time_shift: 4, mixup: 0.5 },
    ...{ frequency_mask: { width: 5, count: 3 }, time_mask: 6, freq_mixstyle: 0.7 },
  });
  assert.equal(toPolicy(policyOf(store, made)), {
    ...{ tempo: 0.1, vtlp: 0.2, frequencyWarp: 3, timeShift: 4, mixup: 0.5 },
    ...{ frequencyMask: { width: 5, count: 3 }, timeMask: { width: 6, count: 2 } },
    freqMixStyle: { probability: 0.7, alpha: 0.4 },
  });
  assert.equal(policyOf(store, await run(store, melOf(store), { freq_mixstyle: { alpha: 0.1 } })), {
    freq_mixstyle: { p: 0.6, alpha: 0.1 },
  });
  const none = toPolicy(null);
  assert.equal(toPolicy(policyOf(store, await run(store, melOf(store), {}))), none);
});

test('a second augment adds to the first, and what it gives counts', async () => {
  const store = new Store();
  const first = await run(store, melOf(store), { tempo: 0.15, time_mask: 20 });
  const second = await run(store, first, { mixup: 0.2, tempo: 0.3 });
  assert.equal(policyOf(store, second), {
    ...{ tempo: 0.3, time_mask: { width: 20, count: 2 }, mixup: 0.2 },
  });
});

test('refuses what the features cannot take', async () => {
  const store = new Store();
  const refusal = async (mel: Artifact, params: JsonObject): Promise<string> => {
    try {
      await run(store, mel, params);
    } catch (error) {
      return (error as Error).message;
    }
    return '';
  };
  assert.is(
    await refusal(melOf(store, 8), { frequency_mask: 9 }),
    'frequency_mask is up to 9 bands wide, and there are 8',
  );
  assert.is(await refusal(melOf(store, 8), { frequency_mask: 8, frequency_warp: 3.5 }), '');
  assert.is(
    await refusal(melOf(store, 8), { frequency_warp: 4 }),
    'frequency_warp moves bands by up to 4, and there are 8',
  );
  const own = melOf(store, 8, { kind: 'frame-energy', params: {} });
  assert.match(await refusal(own, { vtlp: 0.1 }), /vtlp needs to know where bands lie in Hz/);
  assert.is(await refusal(own, { frequency_warp: 1 }), '');
  const mixed = melOf(store, 8, {
    rate: null,
    frames_per_second: null,
    params: { fmin: 0, fmax: null },
  });
  assert.match(await refusal(mixed, { vtlp: 0.1 }), /in Hz/);
});

test('params have ranges', () => {
  const wrong = (params: JsonObject): string =>
    validateParams(augment.params, params)
      .map(({ message }) => message)
      .join('; ');
  assert.is(wrong({ tempo: 0 }), '"tempo" must be a number > 0 and ≤ 1, or null, not 0');
  assert.match(
    wrong({ time_mask: 2.5 }),
    /^"time_mask" must be an integer from 1 to 100000, or a map/,
  );
  assert.match(wrong({ time_mask: { count: 1 } }), /"time_mask.width"/);
  assert.match(
    wrong({ freq_mixstyle: { p: 2 } }),
    /"freq_mixstyle.p" must be a number > 0 and ≤ 1/,
  );
  assert.is(wrong({ tempoo: 0.1 }), 'unknown param "tempoo"');
  assert.is(wrong({ tempo: null, mixup: null }), '');
});

test('operations on sound are refused by name', async () => {
  for (const [name, hint] of [
    ['gain', 'To alter sound, put augment before the features: in: a corpus, with: gain.'],
    [
      'pitch_shift',
      'On features vtlp moves the formants of crops. To alter sound, put augment before',
    ],
    ['speed', 'On features tempo makes crops faster'],
  ] as const) {
    const params = fillDefaults(augment.params, { [name]: 3 }) as never;
    const [problem] = augment.check?.(params) ?? [];
    assert.equal(problem?.path, [name]);
    assert.is(
      problem?.message,
      `"${name}" changes sound, and augment is given features, which hold no sound any more`,
    );
    assert.ok(problem?.hint?.startsWith(hint), problem?.hint);
  }
  using project = createEngineProject();
  writeTinyCorpus(project);
  const spec = (lines: string): string =>
    `name: x\nstages:\n  speech: { uses: fetch, with: { files: wav/*.wav, table: labels.csv } }\n${lines}`;
  project.write({
    'x.yaml': spec(
      '  mel: { uses: melspec, in: speech }\n  noisy: { uses: augment, in: mel, with: { reverb: 0.5 } }\n',
    ),
  });
  const refused = await project.load('x.yaml').then(
    () => '',
    (error: Error) => error.message,
  );
  assert.match(refused, /\\"reverb\\" changes sound/);
});

test('a policy file that was tampered with is refused', () => {
  const store = new Store();
  const { files } = melOf(store);
  const problems = (policy: string): string => {
    const digest = store.put(policy);
    const artifact = store.open({
      ...{ type: 'features', digest, files: { ...files, 'policy.json': digest } },
    });
    return (features.validate(artifact) as readonly string[]).join('; ');
  };
  const withPolicy = (policy: object): string =>
    problems(JSON.stringify({ format: 'affekt.policy/1', ...policy }));
  assert.is(withPolicy({ tempo: 0.1, time_mask: { width: 3, count: 1 } }), '');
  assert.is(problems('{'), 'policy.json: not JSON');
  assert.is(problems('{}'), 'policy.json: format must be "affekt.policy/1"');
  assert.is(withPolicy({ tempo: '0.1' }), 'policy.json: tempo must be a number above 0');
  assert.is(withPolicy({ gain: 1 }), 'policy.json: unknown policy "gain"');
  assert.is(
    withPolicy({ time_mask: { width: 3 } }),
    'policy.json: time_mask count must be a whole number above 0',
  );
  assert.is(
    withPolicy({ freq_mixstyle: { p: 0.5, alpha: 1, beta: 2 } }),
    'policy.json: freq_mixstyle has an unknown key "beta"',
  );
});

test.run();
