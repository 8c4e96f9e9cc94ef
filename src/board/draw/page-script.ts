/**
 * What `board.html` does in a browser: sort a table by a column, hide what no filter asks for, say how old the page is.
 * Plain JavaScript without a name of anything foreign: it reads attributes and compares.
 */
export const SCRIPT = `(() => {
  'use strict';
  const form = document.getElementById('filters');
  const said = document.getElementById('shown');
  const filtered = [...document.querySelectorAll('[data-pr]')];
  const titles = filtered.map((one) => (one.dataset.title ?? one.cells[0].textContent).toLowerCase());
  const rows = [...document.querySelectorAll('#owners tbody tr')];

  const apply = () => {
    const wanted = form.elements.pr.value.trim().toLowerCase();
    const workflow = form.elements.workflow.value;
    const state = form.elements.state.value;
    const digits = /^#?\\d+$/.test(wanted) ? wanted.replace('#', '') : null;
    filtered.forEach((one, index) => {
      const { pr, workflows, state: its } = one.dataset;
      const named = digits === null ? titles[index].includes(wanted) : pr.startsWith(digits);
      one.hidden = !(named && (workflow === '' || workflows.includes(' ' + workflow + ' ')) && (state === '' || its === state));
    });
    const shown = rows.filter((row) => !row.hidden).length;
    said.textContent = shown === rows.length ? '' : shown + ' of ' + rows.length + ' rows shown';
  };

  const collator = new Intl.Collator('en', { numeric: true });
  const valueOf = ({ dataset, className, textContent }) => dataset.value ?? (className === 'none' ? '' : textContent);
  const sort = (table, column, kind, sign) => {
    const body = table.tBodies[0];
    const keyed = [...body.rows].map((row) => ({ row, value: valueOf(row.cells[column]) }));
    keyed.sort((one, other) => {
      if (one.value === '' || other.value === '') return (one.value === '' ? 1 : 0) - (other.value === '' ? 1 : 0);
      return sign * (kind === 'number' ? one.value - other.value : collator.compare(one.value, other.value));
    });
    body.append(...keyed.map(({ row }) => row));
  };

  // Styles that make cards of rows take the meaning of a table from it, in some browsers.
  const roles = { table: 'table', 'thead, tbody': 'rowgroup', tr: 'row', 'thead th': 'columnheader', 'tbody th': 'rowheader', td: 'cell' };
  for (const [selector, role] of Object.entries(roles)) {
    for (const one of document.querySelectorAll(selector)) one.setAttribute('role', role);
  }

  const orders = [];
  for (const table of document.querySelectorAll('table')) {
    const original = [...table.tBodies[0].rows];
    const heads = [...table.tHead.rows[0].cells];
    const unmark = () => heads.forEach((head) => head.removeAttribute('aria-sort'));
    orders.push(() => {
      unmark();
      table.tBodies[0].append(...original);
    });
    heads.forEach((head, column) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener('click', () => {
        const way = head.getAttribute('aria-sort') === 'ascending' ? 'descending' : 'ascending';
        unmark();
        head.setAttribute('aria-sort', way);
        sort(table, column, head.dataset.sort, way === 'ascending' ? 1 : -1);
      });
    });
  }

  form.addEventListener('input', apply);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', () => setTimeout(() => {
    orders.forEach((restore) => restore());
    apply();
  }));
  form.hidden = false;
  apply();

  const age = document.getElementById('age');
  const minutes = Math.round((Date.now() - Date.parse(age.dataset.now)) / 60000);
  const words = minutes < 90 ? minutes + ' min' : minutes < 2880 ? Math.round(minutes / 60) + ' h' : Math.round(minutes / 1440) + ' d';
  if (minutes > 1) age.textContent = ', ' + words + ' ago';
})();
`;
