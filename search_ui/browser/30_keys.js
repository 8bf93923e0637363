// Keys for reading without a mouse; none of them while something is typed, or with a modifier.
const KEYS = [
  ['/', 'to the search box'],
  ['j', 'to the next result or entry'],
  ['k', 'to the previous one'],
  ['Enter', 'opens it'],
  ['?', 'shows these keys'],
  ['Esc', 'closes what is open'],
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

function help() {
  openDialog('Keys', (dialog) => {
    const list = document.createElement('dl');
    for (const [key, does] of KEYS) {
      const term = document.createElement('dt'), said = document.createElement('dd'), cap = document.createElement('kbd');
      cap.textContent = key;
      term.append(cap);
      said.textContent = does;
      list.append(term, said);
    }
    dialog.append(list);
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
