import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { askPython } from '../../util/ask-python.ts';
import { randomJobs } from '../../util/random-jobs.ts';
import { compare } from '../../util/sklearn-jobs.ts';

const test = suite('numbers of scikit-learn, SciPy, statsmodels and NumPy');
const jobs = randomJobs();

test('are ours on random inputs', () => {
  const answers = askPython(jobs);
  assert.is(answers.length, jobs.length);
  for (const [i, job] of jobs.entries()) compare(job, answers[i]);
});

test.run();
