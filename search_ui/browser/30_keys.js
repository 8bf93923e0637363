// Keys for reading without a mouse; none of them while something is typed, or with a modifier.
const KEYS = [
  ['/', 'to the search box'],
  ['j', 'to the next result or entry'],
  ['k', 'to the previous one'],
  ['Enter', 'opens it'],
  ['?', 'shows these keys'],
  ['Esc', 'closes what is open'],
];
const OPERATORS = [
  ['"big kernel lock"', 'these words side by side'],
  ['-xen, NOT xen', 'without this word'],
  ['xen OR kvm', 'one of them'],
  ['kern*', 'words that begin so'],
  ['title:nouveau', 'in the title'],
  ['kind:mail author:corbet', 'kind:, topic:, version:, person:, author:, site:, lang:'],
  ['after:2009-03 in:2010', 'after:, before: and in: a year, month or day, which counts'],
];
const LISTED = 'article.card h3 a, ol.entries .cited a:first-of-type';

function isTyping(element) {
  return element.matches('input:not([type="radio"], [type="checkbox"], [type="button"]), textarea, select, [contenteditable="true"], [role="combobox"]');
}

function step(by) {
  const links = [...document.querySelectorAll(LISTED)].filter((link) => link.offsetParent);
  const item = (link) => link.closest('article, li');
  const here = links.findIndex((link) => item(link).contains(document.activeElement));
  const next = links[Math.min(Math.max(here + by, 0), links.length - 1)];
  if (!next) return;
  next.focus({ preventScroll: true });
  item(next).scrollIntoView({ block: 'nearest' });
}

function toBox() {
  const box = document.querySelector('input[type="search"]');
  if (!box) return visit('?view=search');
  box.focus();
  box.select();
}

function listed(rows, tag) {
  const list = document.createElement('dl');
  for (const [key, does] of rows) {
    const term = document.createElement('dt'), said = document.createElement('dd'), typed = document.createElement(tag);
    typed.textContent = key;
    term.append(typed);
    said.textContent = does;
    list.append(term, said);
  }
  return list;
}

function help() {
  openDialog('Keys', (dialog) => {
    const heading = document.createElement('h2');
    heading.textContent = 'In the search box';
    dialog.append(listed(KEYS, 'kbd'), heading, listed(OPERATORS, 'code'));
  });
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (!(event.target instanceof Element) || isTyping(event.target) || document.querySelector('dialog[open], [role="listbox"]')) return;
  const act = { '/': toBox, j: () => step(1), k: () => step(-1), '?': help }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
document.addEventListener('click', (event) => { if (event.target.closest?.('button[data-help]')) help(); });
