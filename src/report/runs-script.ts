import { isCoefficient, metricNames } from '../stats/metrics/index.ts';
import { metricName } from './sentence.ts';

const coefficients = JSON.stringify(metricNames.filter(isCoefficient).map(metricName));

/**
 * What `runs/index.html` can do with scripts: sort by a column, and put two runs side by side. Texts
 * enter the page as text nodes only, so that no name can become markup.
 */
export const runsScript = `
(() => {
  const data = new Map(JSON.parse(document.getElementById('data').textContent).map((run) => [run.id, run]));
  const table = document.getElementById('runs');
  const body = table.tBodies[0];
  for (const one of document.querySelectorAll('.pick, #hint')) one.hidden = false;

  const make = (tag, options = {}, ...children) => {
    const node = Object.assign(document.createElement(tag), options);
    node.append(...children.filter((child) => child !== null));
    return node;
  };

  const key = (row, column) => {
    const cell = row.cells[column];
    return 'value' in cell.dataset ? Number(cell.dataset.value || -1) : cell.textContent.trim();
  };
  const names = new Intl.Collator('en', { numeric: true });
  for (const head of table.tHead.querySelectorAll('th')) {
    const button = make('button', { type: 'button' }, head.textContent);
    head.replaceChildren(button);
    button.addEventListener('click', () => {
      const up = head.getAttribute('aria-sort') !== 'ascending';
      for (const other of table.tHead.querySelectorAll('th')) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
      const order = (a, b) => (typeof a === 'number' ? a - b : names.compare(a, b));
      const rows = [...body.rows].sort((a, b) => order(key(a, head.cellIndex), key(b, head.cellIndex)));
      body.append(...(up ? rows : rows.reverse()));
    });
  }

  const percent = (value) => (value === null ? '–' : (100 * value).toFixed(1));
  const coefficients = ${coefficients};
  const figure = (name, value) => (coefficients.includes(name) ? (value === null ? '–' : value.toFixed(3)) : percent(value));
  const cells = (tag, texts) => texts.map((text) => make(tag, {}, text));
  const line = (head, ...texts) => make('tr', {}, make('th', { scope: 'row' }, head), ...cells('td', texts));
  const grid = (caption, heads, rows) => make('div', { className: 'scroll', tabIndex: 0, role: 'group', ariaLabel: caption },
    make('table', {}, make('caption', {}, caption),
      make('thead', {}, make('tr', {}, make('td'), ...heads.map((head) => make('th', { scope: 'col' }, head)))),
      make('tbody', {}, ...rows)));
  const difference = (a, b, digits, factor) => {
    if (a === null || b === null) return '–';
    const value = factor * (b - a);
    return (value < 0 ? '−' : '+') + Math.abs(value).toFixed(digits);
  };

  const confusion = (title, { labels, counts }) => {
    const box = grid(title, labels, labels.map((label, i) => {
      const sum = counts[i].reduce((a, b) => a + b, 0);
      return make('tr', {}, make('th', { scope: 'row' }, label), ...counts[i].map((count, j) => {
        const share = sum === 0 ? 0 : count / sum;
        const cell = make('td', { className: i === j ? 'hit' : '' }, String(count), make('span', { className: 'share' }, percent(share)));
        cell.style.setProperty('--s', share.toFixed(3));
        return cell;
      }));
    }));
    box.firstElementChild.className = 'heat';
    return box;
  };

  const sides = document.getElementById('sides');
  const words = sides.firstElementChild;
  const show = (runs, picked) => {
    const [a, b] = runs.map((run, i) => run.sets[picked[i]]);
    const choose = (run, i) => make('div', {}, make('dt', {}, 'AB'[i]), make('dd', {}, run.name + ' ' + run.id + ' ', run.sets.length < 2 ? null : (() => {
      const select = make('select', { ariaLabel: 'Models of ' + 'AB'[i], onchange: () => show(runs, picked.with(i, select.selectedIndex)) },
        ...run.sets.map((set, n) => make('option', { selected: n === picked[i] }, set.name)));
      return select;
    })(), make('br'), run.sets[picked[i]].sentence));
    const metrics = a.values.flatMap(([name, value, low, high]) => {
      const other = b.values.find((one) => one[0] === name);
      if (other === undefined) return [];
      const one = ([, value, low, high]) => figure(name, value) + (low === null ? '' : ' [' + figure(name, low) + ', ' + figure(name, high) + ']');
      const coefficient = coefficients.includes(name);
      return [line(name, one([name, value, low, high]), one(other), difference(value, other[1], coefficient ? 3 : 1, coefficient ? 1 : 100))];
    });
    const recalls = a.labels.flatMap((label, i) => {
      const j = b.labels.indexOf(label);
      return j < 0 ? [] : [line(label, percent(a.recall[i]), percent(b.recall[j]), difference(a.recall[i], b.recall[j], 1, 100))];
    });
    const command = 'affekt diff ' + runs[0].id + ' ' + runs[1].id + ' --html diff.html';
    sides.replaceChildren(
      make('dl', { className: 'facts' }, ...runs.map(choose)),
      make('div', { className: 'side' },
        grid('Figures, %', ['A', 'B', 'B − A'], metrics),
        grid('Recall, %', ['A', 'B', 'B − A'], recalls)),
      make('div', { className: 'side' }, confusion('Confusion of A', a), confusion('Confusion of B', b)),
      make('p', { className: 'small' }, 'Whether they differ, and on which clips, says ', make('code', {}, command), ' '),
    );
    const copy = make('button', { type: 'button', onclick: () => navigator.clipboard?.writeText(command).then(() => { copy.textContent = 'copied'; }) }, 'copy');
    sides.lastElementChild.append(copy);
  };

  const ticked = [];
  body.addEventListener('change', ({ target }) => {
    const at = ticked.indexOf(target);
    if (at >= 0) ticked.splice(at, 1);
    if (target.checked) ticked.push(target);
    // The third tick replaces the older one of the two.
    while (ticked.length > 2) ticked.shift().checked = false;
    if (ticked.length < 2) return sides.replaceChildren(words);
    const runs = ticked.map(({ value }) => data.get(value));
    show(runs, [0, 0]);
  });
})();
`;
