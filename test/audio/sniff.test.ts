import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeAudio } from '../../src/audio/decode.ts';
import { bytesOf } from './wav-bytes.ts';

const test = suite('sniff');

test('names what it does not read by its content', async () => {
  const cases: readonly (readonly [string | readonly number[], string])[] = [
    ['', 'the file is empty (0 bytes)'],
    ['\0\0\0\x20ftypM4A ', 'it is an MP4 file (M4A, AAC)'],
    [[0xff, 0xf1, 0x50, 0x80], 'it is an AAC file'],
    ['ID3\x04\0\0\0\0\0\x02xx\xff\xf1\x50\x80', 'it is an AAC file'],
    ['\x0b\x77\0\0', 'it is an AC-3 file'],
    ['\x30\x26\xb2\x75\x8e\x66\xcf\x11', 'it is a Windows Media file (WMA)'],
    ['NIST_1A\n   1024\n', 'it is a NIST SPHERE file'],
    ['\n<!DOCTYPE html><html>', 'it is a web page: the download failed'],
    [
      'version https://git-lfs.github.com/spec/v1\n',
      'it is a Git LFS pointer: the sound itself was not downloaded',
    ],
    ['PK\x03\x04', 'it is a ZIP archive: unpack it first'],
    ['this is no sound', 'it is a text file'],
    ['RIFF\0\0\0\0AVI ', 'it is a RIFF file without sound (not WAVE)'],
    [[0xff, 0xff, 0xff, 0xff], 'it is of no known sound format'],
    ['RI', 'it is of no known sound format'],
  ];
  for (const [start, message] of cases) {
    const result = await decodeAudio(bytesOf(start));
    assert.is(result.ok ? 'was read' : result.error.message, message);
  }
});

test.run();
