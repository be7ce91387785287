import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import { compare, type Job } from '../../util/sklearn-jobs.ts';

const path = join(import.meta.dirname, 'golden.ndjson');
const [head, ...cases] = readFileSync(path, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line)) as [
  { versions: Record<string, string> },
  ...{ job: Job; answer: unknown }[],
];

const test = suite(`numbers of scikit-learn ${head.versions['scikit-learn']}`);

for (const kind of new Set(cases.map(({ job }) => job.kind))) {
  const own = cases.filter(({ job }) => job.kind === kind);
  test(`${kind}: ${own.length} recorded answers`, () => {
    for (const { job, answer } of own) compare(job, answer);
  });
}

test.run();
