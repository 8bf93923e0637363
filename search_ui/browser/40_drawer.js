// On a narrow screen the facets are a drawer over the page; choosing in it narrows the search and leaves it open.
let drawer = null;

function fillDrawer() {
  const facets = document.querySelector('aside.facets');
  const found = drawer.querySelector('.found');
  const count = document.querySelector('.stHtml [data-announce]')?.textContent ?? '';
  const chosen = [...document.querySelectorAll('.chosen .chip')].map((chip) => chip.cloneNode(true));
  found.replaceChildren(count, ...chosen);
  drawer.querySelector('.facets').replaceChildren(...[...(facets?.children ?? [])].map((part) => part.cloneNode(true)));
}

function openDrawer() {
  push({ ...history.state, drawer: true }, ''); // so that Back closes it
  const opened = location.href;
  drawer = openDialog('Narrow the results', (dialog) => {
    dialog.classList.add('drawer');
    const found = document.createElement('div'), facets = document.createElement('div');
    found.className = 'found';
    found.setAttribute('role', 'status');
    facets.className = 'facets';
    dialog.append(found, facets);
  });
  fillDrawer();
  drawer.addEventListener('close', () => {
    drawer = null;
    if (history.state?.drawer && location.href === opened) { leaving = true; history.back(); }
    document.querySelector('button[data-drawer]')?.focus({ preventScroll: true });
  });
}

let leaving = false;
addEventListener('popstate', (event) => {
  if (leaving) { // only the drawer's own entry is left; the address is the same
    leaving = false;
    return event.stopImmediatePropagation();
  }
  if (!drawer || !event.isTrusted) return;
  event.stopImmediatePropagation(); // Back closes the drawer and leaves the page as it was narrowed
  push({}, '', narrowed);
  drawer.close();
}, true);

let narrowed = '';
document.addEventListener('klog:drawn', () => { narrowed = location.href; if (drawer) fillDrawer(); });
document.addEventListener('click', (event) => { if (event.target.closest?.('button[data-drawer]')) { narrowed = location.href; openDrawer(); } });
matchMedia('(min-width: 861px)').addEventListener('change', (wide) => { if (wide.matches) drawer?.close(); });
