import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeWav } from '../../src/audio/wav-writer.ts';
import { createTransferLine } from '../../src/cli/data/transfer-line.ts';
import { zipOf } from '../download/archives.ts';
import { createDownloadServer } from '../download/server.ts';
import { createProject } from '../util/cli.ts';

const zip = zipOf(
  ['DC/a01', 'DC/sa02', 'JE/n30', 'readme'].map((name) => ({ name: `${name}.wav`, content: name })),
);

const test = suite('data');

test('a corpus is downloaded, listed, verified and removed with its files', async () => {
  await using server = await createDownloadServer();
  server.put('/savee.zip', zip, { faults: [{ status: 503, headers: { 'retry-after': '0' } }] });
  using p = createProject();
  const added = await p.affekt(['data', 'add', 'savee', `${server.url}/savee.zip`]);
  assert.is(added.code, 0, added.err);
  assert.match(
    added.out,
    /^from http.*savee\.zip\nunpacking savee\.zip\nsavee: 3 of 480 recordings/,
  );
  assert.match(added.out, /No checksums .* "unpinned"/);
  const [, folder = ''] = / to (\S+)$/m.exec(added.out) ?? [];
  assert.ok(existsSync(`${folder}/DC/sa02.wav`), added.out);
  const listed = await p.affekt(['data', 'list']);
  assert.match(listed.out, /savee\s+3 files\s+unpinned/);
  assert.match(listed.out, /tess {2}not here: .*; from https/);
  assert.match(listed.out, /ravdess {2}not here: .*; affekt data add ravdess downloads it/);
  writeFileSync(`${folder}/DC/a01.wav`, 'changed');
  const verified = await p.affekt(['data', 'verify', 'savee']);
  assert.is(verified.code, 3);
  assert.match(verified.out, 'changed  DC/a01.wav');
  const removed = await p.affekt(['data', 'rm', 'savee']);
  assert.is(removed.code, 0, removed.err);
  assert.not.ok(existsSync(folder));
});

test('an archive is unpacked; what cannot be added is said with the next step', async () => {
  await using server = await createDownloadServer();
  using p = createProject();
  writeFileSync(p.path('copy.zip'), zip);
  const added = await p.affekt(['data', 'add', 'savee', 'copy.zip']);
  assert.is(added.code, 0, added.err);
  assert.match(added.out, /3 of 480 recordings[\s\S]*unpacked to/);
  const wrong = await p.affekt(['data', 'add', 'emodb', 'copy.zip']);
  assert.is(wrong.code, 2);
  assert.match(wrong.err, /copy\.zip holds no recording of Berlin/);
  const form = await p.affekt(['data', 'add', 'emodb', 'ftp://x.org/a.zip']);
  assert.is(form.code, 2);
  assert.match(form.err, /no address that corpora come from[\s\S]*dagshub:OWNER/);
  const manual = await p.affekt(['data', 'add', 'tess']);
  assert.is(manual.code, 2);
  assert.match(
    manual.err,
    /cannot be downloaded by a program[\s\S]*Get it from https.*data add tess PATH/,
  );
  const gone = await p.affekt(['data', 'add', 'savee', `${server.url}/gone.zip`]);
  assert.is(gone.code, 1);
  assert.match(gone.err, /^error: http.*gone\.zip answers 404: there is no such file/);
});

test('init shows what it guessed, writes when it is told to, and what it writes is a good spec', async () => {
  using p = createProject();
  mkdirSync(p.path('my rec/wav'), { recursive: true });
  const rows = ['path,who,label,words'];
  for (const who of ['p1', 'p2']) {
    for (const label of ['ang', 'hap', 'xxx']) {
      for (const n of [1, 2]) {
        const bytes = encodeWav(
          [Float32Array.from({ length: 800 }, (_, i) => Math.sin(i * n))],
          8000,
        );
        writeFileSync(p.path(`my rec/wav/${who}${label}${n}.wav`), bytes);
        rows.push(`wav/${who}${label}${n}.wav,${who},${label},${n}`);
      }
    }
  }
  p.write({ 'my rec/labels.csv': `${rows.join('\n')}\n` });
  const shown = await p.affekt(['data', 'init', 'my rec']);
  assert.is(shown.code, 0, shown.err);
  assert.match(shown.out, /^12 recordings below my rec\n {2}labels in labels\.csv\n/);
  assert.match(shown.out, /emotion: column "label", by its name/);
  assert.match(shown.out, /\n {11}p1 {2}p2 {2}all\nanger {6}2 {3}2 {3}4\nhappiness {2}2/);
  assert.match(shown.out, /xxx: null/);
  assert.equal(p.list('experiments'), [], 'nothing is written unasked');
  const write = ['data', 'init', 'my rec', '--write', 'experiments/mine.yaml'];
  const written = await p.affekt(write);
  assert.is(written.code, 0, written.err);
  assert.match(p.read('experiments/mine.yaml'), /files: \.\.\/my rec\/wav\/\*\*\/\*\.wav/);
  assert.not.match(p.read('experiments/mine.yaml'), /schema/, 'there is none below this project');
  const plan = await p.affekt(['plan', 'experiments/mine.yaml']);
  assert.is(plan.code, 0, plan.err + plan.out);
  const again = await p.affekt(write);
  assert.is(again.code, 2);
  assert.match(again.err, 'experiments/mine.yaml is there already');
});

test('init without a table reads names, and writes the table that fetch needs', async () => {
  using p = createProject();
  for (const who of ['Actor_1', 'Actor_2']) {
    for (const emotion of ['angry', 'sad']) {
      for (const n of [1, 2])
        p.write({ [`mine/${who}/${emotion}_${n}.wav`]: `${who}${emotion}${n}` });
    }
  }
  const written = await p.affekt(['data', 'init', 'mine', '--write', 'x/mine.yaml']);
  assert.is(written.code, 0, written.err);
  assert.match(written.out, /emotion: part 1, like "angry" of Actor_1\/angry_1\.wav/);
  assert.match(written.out, 'speaker: folder 1, like "Actor_1"');
  assert.match(p.read('x/mine.csv'), 'Actor_2/sad_1.wav,sad,Actor_2,1');
  assert.match(p.read('x/mine.yaml'), /angry: anger\n\s+sad: sadness/);
  const nothing = await p.affekt(['data', 'init', 'x']);
  assert.match(nothing.err, 'there is no recording below x');
});

test('init names a table whose columns it does not know, and what to write', async () => {
  using p = createProject();
  const names = Array.from({ length: 8 }, (_, i) => `a${i}x`);
  for (const name of names) p.write({ [`rec/${name}.wav`]: name });
  const rows = names.map((name, i) => `${name}.wav;g${i % 2};s${i % 4};Satz ${i}`);
  p.write({ 'rec/liste.csv': `Datei;Gefühl;Sprecherin;Satz\n${rows.join('\n')}\n` });
  const refused = await p.affekt(['data', 'init', 'rec']);
  assert.is(refused.code, 2);
  assert.match(refused.err, 'liste.csv names the recordings in its column "Datei"');
  assert.match(refused.err, 'Its columns are Datei, Gefühl, Sprecherin, Satz.');
  assert.match(refused.err, 'columns: { file: Datei, emotion: …, speaker: … }');
});

test('the line of a transfer says files, bytes, rate over five seconds, and what is left', () => {
  const line = createTransferLine();
  const at = (bytes: number, allBytes: number | null = 100e6) => ({
    ...{ files: 3, allFiles: 10, bytes, allBytes },
  });
  line(at(0), 0);
  assert.is(line(at(10e6), 5000), '3 of 10 files  10.0 MB of 100 MB  2.0 MB/s  45 s left');
  line(at(50e6), 9000);
  assert.is(line(at(60e6), 10_000), '3 of 10 files  60.0 MB of 100 MB  10.0 MB/s  4.0 s left');
  assert.is(createTransferLine()(at(5e6, null), 1), '3 of 10 files  5.0 MB  0 B/s');
});

test.run();
