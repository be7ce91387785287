import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { renderReport } from '../../../src/report/page.ts';
import { fullData } from '../../report/fixture.ts';
import { Browser, findChromium } from '../../util/chromium.ts';
import { createProject } from '../../util/cli.ts';

const test = suite('pages in Chromium');

const root = resolve(import.meta.dirname, '../../..');

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What axe-core finds serious or critical on the page that is open. */
async function findings(browser: Browser): Promise<readonly string[]> {
  await browser.evaluate(axe.source);
  const violations = await browser.evaluate<readonly Violation[]>(
    'axe.run().then(({ violations }) => violations)',
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
}

const program = findChromium();
if (program === undefined) process.stdout.write('skip: no Chromium\n');
else {
  const browser = await Browser.open(program);

  // Pages of real runs: the demo, twice, with other bands; its corpus page, the list, the difference.
  test('axe-core finds nothing serious, no page is wider than the screen', async () => {
    using project = createProject();
    const env = {
      ...{ AFFEKT_CACHE: project.path('cache'), AFFEKT_RUNS: project.path('runs') },
      AFFEKT_DATA: project.path('data'),
    };
    const spec = join(root, 'experiments/demo.yaml');
    const runs = ['mel.n_mels=64', 'mel.n_mels=40'];
    for (const override of runs) {
      const ran = await project.affekt(['run', spec, override], { env });
      assert.is(ran.code, 0, ran.err);
    }
    const ids = project.list('runs').flatMap((name) => /^\d.*-(\w{4})$/.exec(name)?.[1] ?? []);
    const [a = '', b = ''] = ids;
    const compared = await project.affekt(['diff', a, b, '--html', 'diff.html'], { env });
    assert.is(compared.code, 0, compared.err);
    // Its sounds may be passed on, and it has errors: they are to be heard.
    assert.match(project.read('runs/latest/report.html'), '<audio controls');
    // The demo has one set of models, no validation clips and no failure: these have.
    writeFileSync(project.path('full.html'), renderReport(fullData));

    for (const file of ['runs/latest/report.html', 'runs/index.html', 'diff.html', 'full.html']) {
      for (const scheme of ['light', 'dark'] as const) {
        for (const width of [360, 1400]) {
          await browser.emulate(width, 900, scheme);
          await browser.load(pathToFileURL(project.path(file)).href);
          assert.equal(await findings(browser), [], `${file}, ${scheme}, ${width} px`);
          const wide = await browser.evaluate<number>('document.documentElement.scrollWidth');
          assert.is(wide, width, `${file} scrolls sideways`);
        }
      }
    }

    // Two runs, ticked by keyboard, stand side by side; then the list is sorted.
    await browser.emulate(1400, 900, 'light');
    await browser.load(pathToFileURL(project.path('runs/index.html')).href);
    await browser.evaluate(
      `for (const box of document.querySelectorAll('#runs input')) box.click()`,
    );
    const sides = await browser.evaluate<string>(`document.getElementById('sides').innerText`);
    assert.match(sides, new RegExp(`affekt diff (${a} ${b}|${b} ${a}) --html`));
    assert.match(sides, /leave-one-speaker-out \(6\)/);
    assert.equal(await findings(browser), []);
    const order = `[...document.querySelectorAll('#runs tbody th')].map((cell) => cell.innerText)`;
    await browser.evaluate(`document.querySelector('#runs th button').click()`);
    assert.equal(await browser.evaluate(order), [...ids].sort());
    await browser.evaluate(`document.querySelector('#runs th button').click()`);
    assert.equal(await browser.evaluate(order), [...ids].sort().reverse());
  });

  test('closes the browser', () => browser.close());
}

test.run();
