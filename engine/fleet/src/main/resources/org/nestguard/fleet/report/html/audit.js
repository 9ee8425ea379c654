'use strict';
(() => {
  // the page says everything without this; here it is made handy
  document.querySelectorAll('.scripted').forEach((e) => { e.hidden = false; });

  const grid = document.getElementById('grid');
  if (grid) {
    const said = document.getElementById('said');
    const heads = grid.tHead.rows[0].cells;
    const tell = (cell) => {
      const link = cell.querySelector('a');
      const entry = link && document.getElementById(link.hash.slice(1));
      if (!entry) {
        return;
      }
      const way = document.createElement('p');
      const from = document.createElement('b');
      from.textContent = cell.parentElement.cells[0].textContent + ' → ' + heads[cell.cellIndex].textContent;
      way.append(from);
      const what = document.createElement('p');
      for (const node of [...entry.childNodes].slice(1)) {
        what.append(node.cloneNode(true));
      }
      what.querySelectorAll('a').forEach((a) => { a.tabIndex = -1; });
      said.replaceChildren(way, what);
      said.classList.add('told');
    };
    const links = [...grid.querySelectorAll('tbody a')];
    let here = links[0];
    links.forEach((link) => { link.tabIndex = link === here ? 0 : -1; });
    const to = (cell) => {
      const link = cell && cell.querySelector('a');
      if (link) {
        here.tabIndex = -1;
        here = link;
        here.tabIndex = 0;
        here.focus();
      }
    };
    const along = (cell, down, right) => {
      const rows = grid.tBodies[0].rows;
      let row = cell.parentElement.sectionRowIndex + down;
      let column = cell.cellIndex + right;
      while (rows[row] && column > 0 && rows[row].cells[column]) {
        if (rows[row].cells[column].querySelector('a')) {
          return rows[row].cells[column];
        }
        row += down;
        column += right;
      }
      return null;
    };
    grid.addEventListener('keydown', (e) => {
      const cell = e.target.closest('td');
      const ways = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };
      if (!cell || e.ctrlKey || e.altKey || e.metaKey) {
        return;
      }
      if (ways[e.key]) {
        e.preventDefault();
        to(along(cell, ...ways[e.key]));
      } else if (e.key === 'Home' || e.key === 'End') {
        e.preventDefault();
        const inRow = [...cell.parentElement.querySelectorAll('td a')];
        to(inRow[e.key === 'Home' ? 0 : inRow.length - 1].parentElement);
      }
    });
    for (const event of ['mouseover', 'focusin']) {
      grid.addEventListener(event, (e) => {
        const cell = e.target.closest('td');
        if (cell) {
          tell(cell);
        }
      });
    }
  }

  const form = document.getElementById('filter');
  if (form) {
    const rows = [...document.getElementById('list').tBodies[0].rows];
    const texts = rows.map((row) => row.textContent.toLowerCase());
    const [text, verdict, rule, found] = ['text', 'verdict', 'rule', 'found'].map((id) => document.getElementById(id));
    const number = (n) => n.toLocaleString('en');
    const filter = () => {
      const words = text.value.toLowerCase().split(/\s+/).filter((word) => word);
      let count = 0;
      rows.forEach((row, i) => {
        const shown = words.every((word) => texts[i].includes(word))
          && (!verdict.value || row.dataset.v === verdict.value)
          && (!rule.value || row.dataset.r.includes(' ' + rule.value + ' '));
        row.hidden = !shown;
        count += shown ? 1 : 0;
      });
      found.textContent = count === rows.length
        ? 'All ' + number(count) + ' guests of the list are shown.'
        : number(count) + ' of the ' + number(rows.length) + ' guests of the list are shown.';
    };
    form.addEventListener('input', filter);
    form.addEventListener('change', filter);
    form.addEventListener('submit', (e) => e.preventDefault());
    form.addEventListener('reset', () => setTimeout(filter));
    document.querySelectorAll('a[data-rule]').forEach((link) => link.addEventListener('click', () => {
      form.reset();
      rule.value = link.dataset.rule;
      setTimeout(filter);
    }));
    // a link to a row that is filtered away shows it
    window.addEventListener('hashchange', () => {
      const row = document.getElementById(location.hash.slice(1));
      if (row && row.hidden) {
        form.reset();
        setTimeout(() => row.scrollIntoView());
      }
    });
    filter();
  }

  // a link to a rule opens it
  const reveal = () => {
    const meant = document.getElementById(location.hash.slice(1));
    if (meant && meant.localName === 'details') {
      meant.open = true;
    }
  };
  window.addEventListener('hashchange', reveal);
  reveal();

  // on paper nothing can be opened
  let opened = [];
  window.addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll('details.rule:not([open]), section[aria-labelledby=why] details:not([open])')];
    opened.forEach((details) => { details.open = true; });
  });
  window.addEventListener('afterprint', () => opened.forEach((details) => { details.open = false; }));
})();
