import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readStudy, type StudyTable, writeStudy } from '../../src/artifacts/study.ts';
import { sha256 } from '../../src/engine/digest.ts';
import { studyTable } from '../report/study-fixture.ts';

const test = suite('study artifact');

/** What is read of a study that was written, and then changed by `edit`. */
function reread(
  table: StudyTable,
  edit: (file: 'study.json' | 'trials.csv', text: string) => string = (_, text) => text,
): StudyTable {
  const folder = mkdtempSync(join(tmpdir(), 'affekt-study-'));
  try {
    const path = (file: string): string => join(folder, file);
    writeStudy({ path } as unknown as Parameters<typeof writeStudy>[0], table);
    for (const file of ['study.json', 'trials.csv'] as const) {
      writeFileSync(path(file), edit(file, readFileSync(path(file), 'utf8')));
    }
    const files = { 'study.json': sha256(''), 'trials.csv': sha256('') };
    return readStudy({ type: 'study', files, path });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function refused(change: (study: Record<string, unknown>) => void): () => StudyTable {
  return () =>
    reread(studyTable, (file, text) => {
      if (file !== 'study.json') return text;
      const study = JSON.parse(text) as Record<string, unknown>;
      change(study);
      return JSON.stringify(study);
    });
}

test('what was written is read again', () => {
  assert.equal(reread(studyTable), studyTable);
});

test('a choice comes back as the spec has it, whatever its text would read as', () => {
  const { study, trials } = studyTable;
  const space = { ...study.space, 'noisy.mask': ['4', 'null', '8', true] };
  const asText = (set: StudyTable['trials'][number]['set']) => ({
    ...set,
    'noisy.mask': set['noisy.mask'] === null ? 'null' : String(set['noisy.mask']),
  });
  const table = {
    study: { ...study, space },
    trials: trials.map((one) => ({ ...one, set: asText(one.set) })),
  };
  assert.equal(reread(table).trials, table.trials);
});

test('damage is refused with what is wrong, and where', () => {
  const csv = (from: string, to: string) => (): StudyTable =>
    reread(studyTable, (file, text) => (file === 'trials.csv' ? text.replace(from, to) : text));
  assert.throws(csv('outer,trial', 'trial'), /trials\.csv: the columns must be outer,trial,/);
  assert.throws(csv('1,0,complete', '1,0,compl'), 'row 1 has no number of its own, no state');
  assert.throws(csv('1,1,complete,0.625', '1,1,complete,high'), 'row 2 has no number of its own');
  assert.throws(csv('1,1,complete', '1,0,complete'), 'row 2 has no number of its own');
  assert.throws(csv('\n2,0,complete,0.7', '\n2,0,complete,0.8'), /search 2 names trial 0, and/);
  const cut = (): StudyTable =>
    reread(studyTable, (file, text) => (file === 'trials.csv' ? text.slice(0, -25) : text));
  assert.throws(cut, /trials\.csv: row 7 is not whole/);
  const half = (): StudyTable =>
    reread(studyTable, (file, text) => (file === 'study.json' ? text.slice(0, 100) : text));
  assert.throws(half, 'study.json: not JSON');
  assert.throws(
    refused((study) => delete study['objective']),
    'objective is missing, or of no use',
  );
  assert.throws(
    refused((study) => Object.assign(study, { selection: 'best' })),
    'selection must be nested, shared or development',
  );
  assert.throws(
    refused((study) => Object.assign(study, { searches: [] })),
    'searches must not be empty',
  );
  assert.throws(
    refused((study) => Object.assign(study, { searches: [1] })),
    'search 1 needs outer, winner',
  );
  assert.throws(
    refused((study) => (study['searches'] as unknown[]).pop()),
    'no search for trials of outer fold 2',
  );
});

test.run();
