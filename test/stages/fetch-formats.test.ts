import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { folderOf, refusal, runFetch, sourceContext } from './fetch-harness.ts';

const test = suite('formats that fetch reads');

const golden = (name: string): Uint8Array =>
  readFileSync(join(import.meta.dirname, '../golden/audio', name));
const params = { files: 'clips/*', table: 'labels.csv' };

/** A folder of recordings and their table. */
function corpusOf(files: Readonly<Record<string, Uint8Array | string>>): string {
  const rows = Object.keys(files).map((name, index) => `${name},joy,${index % 2}\n`);
  return folderOf({
    'labels.csv': `file,emotion,speaker\n${rows.join('')}`,
    ...Object.fromEntries(Object.entries(files).map(([name, body]) => [`clips/${name}`, body])),
  });
}

test('recordings of all formats make one corpus, by content and not by name', async () => {
  const folder = corpusOf({
    'a.flac': golden('mono-16.flac'),
    'b.mp3': golden('mono.mp3'),
    'c.ogg': golden('stereo.ogg'),
    'd.opus': golden('mono.opus'),
    'e.wav': golden('stereo-24.flac'),
    'f.oga': golden('mono-16.oga'),
  });
  const { corpus, problems } = await runFetch(params, sourceContext(folder));
  assert.equal(problems, []);
  for (const { id, rate, duration } of corpus.utterances) {
    assert.equal([id, rate, duration], [id, 16000, 3001 / 16000]);
  }
  assert.is(corpus.utterances.length, 6);
  assert.is(corpus.info.cut, undefined);
});

test('files that are cut short are used and named', async () => {
  const flac = golden('mono-16.flac');
  const mp3 = golden('mono.mp3');
  const folder = corpusOf({
    'whole.flac': flac,
    'cut.mp3': mp3.subarray(0, mp3.length - 200),
  });
  const { corpus, problems, log } = await runFetch(params, sourceContext(folder));
  assert.equal(problems, []);
  assert.equal(corpus.info.cut, ['cut.mp3']);
  assert.equal(log, ['warning: cut.mp3 is cut short; what is there is used']);
  assert.ok(corpus.utterances[0]!.duration < 3001 / 16000);
});

test('says what each unusable file is, and how to convert one', async () => {
  const flac = Uint8Array.from(golden('mono-16.flac'));
  flac[flac.length >> 1]! ^= 1;
  const folder = corpusOf({
    'bit.flac': flac,
    'memo 1.m4a': '\0\0\0\x20ftypM4A ',
    'page.mp3': '<!DOCTYPE html><html></html>',
  });
  const { message, hint } = await refusal(() => runFetch(params, sourceContext(folder)));
  assert.is(
    message,
    [
      '3 of 3 files cannot be used:',
      '  bit.flac: it is damaged at 0.000 s: a frame fails its checksum',
      '  memo 1.m4a: it is an MP4 file (M4A, AAC)',
      '  page.mp3: it is a web page: the download failed',
    ].join('\n'),
  );
  assert.match(hint, "(ffmpeg -i 'memo 1.m4a' 'memo 1.flac')");
});

test.run();
