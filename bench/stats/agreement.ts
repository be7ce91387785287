import { askPython } from '../../test/util/ask-python.ts';
import { randomJobs } from '../../test/util/random-jobs.ts';
import { differences } from '../../test/util/sklearn-jobs.ts';

/**
 * How far affekt's numbers are from those of scikit-learn, SciPy, statsmodels and NumPy on the random
 * inputs of `npm run conformance`: the largest difference of each, relative to values above 1.
 *
 *     node --import tsx bench/stats/agreement.ts VENV/bin/python
 */
const [python] = process.argv.slice(2);
if (!python) throw new Error('name an interpreter that has test/conformance/requirements.txt');
const jobs = randomJobs();
const answers = askPython(jobs, python);
const worst = new Map<string, { count: number; difference: number }>();
for (const [i, job] of jobs.entries()) {
  for (const { where, difference } of differences(job, answers[i])) {
    const known = worst.get(where) ?? { count: 0, difference: 0 };
    const largest = Math.max(known.difference, difference);
    worst.set(where, { count: known.count + 1, difference: largest });
  }
}
console.log('| number | compared | largest difference |\n|---|---:|---:|');
for (const [where, { count, difference }] of worst) {
  console.log(`| ${where} | ${count} | ${difference.toExponential(1)} |`);
}
