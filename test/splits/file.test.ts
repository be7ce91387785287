import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Clip } from '../../src/splits/clip.ts';
import { parseSplitFile } from '../../src/splits/file.ts';
import { checkSplit } from '../../src/splits/make-split.ts';
import { copyOf, crossed, refuses } from './crossed-clips.ts';

const test = suite('split files');

test('a file says the folds; a clip it leaves out takes no part', () => {
  const clips = crossed(2, 2, 1);
  const text = 'id,fold,role\nc0-s1-t0,1,fit\nc1-s1-t0,1,fit\nc1-s2-t0,1,test\n';
  const { folds, warnings } = checkSplit(clips, parseSplitFile(text, clips));
  assert.equal(folds, [{ fit: ['c0-s1-t0', 'c1-s1-t0'], validate: [], test: ['c1-s2-t0'] }]);
  assert.equal(warnings, ['fold 1 scores no clip of c0']);
});

test('a file that cannot be meant is refused at its row', () => {
  const clips = crossed(2, 2, 1);
  const parse = (text: string) => () => checkSplit(clips, parseSplitFile(text, clips));
  refuses(parse('clip,part\na,fit\n'), /needs "id" and "role"/, /id,fold,role/);
  refuses(parse('id,role\n'), /no rows/, /one row per clip/);
  refuses(parse('id,role\nnobody,fit\n'), /row 2 .* "nobody"/, /like "c0-s1-t0"/);
  refuses(parse('id,role\nc0-s1-t0,train\n'), /role "train"/, /fit, validate and test/);
  refuses(parse('id,fold,role\nc0-s1-t0,0,fit\n'), /fold "0"/, /1, 2, 3/);
  refuses(parse('id,fold,role\nc0-s1-t0,2,fit\n'), /no row for fold 1/, /without a gap/);
  refuses(parse('id,role\nc0-s1-t0,fit\nc0-s1-t0,test\n'), /second time/, /one role/);
});

test('a file that parts a clip from its copy is refused', () => {
  const clips = crossed(2, 2, 1);
  const [first] = clips as [Clip];
  const all = [...clips, copyOf(first, 'noisy')];
  const text = 'id,role\nc0-s1-t0,test\nc0-s1-t0-noisy,fit\nc1-s1-t0,fit\nc1-s2-t0,test\n';
  refuses(
    () => checkSplit(all, parseSplitFile(text, all)),
    /both are made from the recording "c0-s1-t0"/,
    /same role/,
  );
});

test.run();
