// Names and operators are proposed below the search box for the word that is being typed.
const PROPOSED = 8;
let proposals = null;

const setValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
const known = () => JSON.parse(document.querySelector('.names')?.textContent || '[]').map(([kind, text]) => ({ kind, text }));

function beingTyped(box) {
  const before = box.value.slice(0, box.selectionStart);
  const found = /(?:([a-z]+):)?("?)([^\s":]*)$/.exec(before);
  return { start: before.length - found[0].length, end: before.length, operator: found[1] ?? '', word: found[3].toLowerCase() };
}

function matching(typed) {
  const least = typed.operator ? 1 : 2;
  if (typed.word.length < least) return [];
  const fits = known().filter((one) => {
    if (typed.operator ? one.kind !== typed.operator : one.kind === 'kind') return false;
    return one.text.toLowerCase().split(/[\s:]+/).some((word) => word.startsWith(typed.word)) || one.text.toLowerCase().startsWith(typed.word);
  });
  return fits.filter((one) => one.text.toLowerCase() !== typed.word).slice(0, PROPOSED);
}

function close(box) {
  proposals?.remove();
  proposals = null;
  box.setAttribute('aria-expanded', 'false');
  box.removeAttribute('aria-activedescendant');
}

function choose(box, item) {
  const typed = beingTyped(box), value = item.dataset.value;
  const quoted = typed.operator ? `${typed.operator}:${/\s/.test(value) ? `"${value}"` : value}` : value;
  const written = box.value.slice(0, typed.start) + quoted + (value.endsWith(':') ? '' : ' ') + box.value.slice(typed.end).trimStart();
  setValue.call(box, written);
  box.dispatchEvent(new Event('input', { bubbles: true }));
  close(box);
}

function propose(box) {
  const found = matching(beingTyped(box));
  close(box);
  if (!found.length) return;
  proposals = document.createElement('ul');
  proposals.className = 'stHtml proposals';
  proposals.id = 'klog-proposals';
  proposals.setAttribute('role', 'listbox');
  proposals.setAttribute('aria-label', 'Names and operators');
  found.forEach((one, place) => {
    const item = document.createElement('li'), kind = document.createElement('span');
    item.id = `klog-proposal-${place}`;
    item.setAttribute('role', 'option');
    item.dataset.value = one.text;
    kind.textContent = one.kind;
    item.append(`${one.text} `, kind);
    item.addEventListener('pointerdown', (event) => { event.preventDefault(); choose(box, item); });
    proposals.append(item);
  });
  const place = box.getBoundingClientRect();
  Object.assign(proposals.style, { left: `${place.left}px`, top: `${place.bottom + 4}px`, width: `${Math.min(place.width, 480)}px` });
  app().append(proposals);
  for (const [name, value] of [['role', 'combobox'], ['aria-autocomplete', 'list'], ['aria-controls', proposals.id], ['aria-expanded', 'true']]) box.setAttribute(name, value);
}

const isBox = (element) => element instanceof HTMLInputElement && element.type === 'search';
document.addEventListener('input', (event) => { if (isBox(event.target) && event.isTrusted) propose(event.target); });
document.addEventListener('focusout', (event) => { if (isBox(event.target)) close(event.target); });
document.addEventListener('keydown', (event) => {
  if (!proposals || !isBox(event.target)) return;
  const items = [...proposals.children], here = items.findIndex((item) => item.ariaSelected === 'true');
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    const next = (here + (event.key === 'ArrowDown' ? 1 : -1) + items.length + (here < 0 && event.key === 'ArrowUp' ? 1 : 0)) % items.length;
    items.forEach((item, place) => item.setAttribute('aria-selected', String(place === next)));
    event.target.setAttribute('aria-activedescendant', items[next].id);
  } else if (event.key === 'Escape') close(event.target);
  else if (event.key === 'Enter' && here >= 0) choose(event.target, items[here]);
  else {
    if (event.key === 'Enter') close(event.target);
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}, true);
