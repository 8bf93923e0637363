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
  push({ drawer: true }, ''); // so that Back closes it
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
    goesTo = 'button[data-drawer]';
    if (history.state?.drawer) history.back();
    document.querySelector('button[data-drawer]')?.focus({ preventScroll: true });
  });
}

// The entry of the drawer becomes that of the narrowed search, and the drawer gets one above it with the same address: Back closes the
// drawer first and widens the search then.
document.addEventListener('click', (event) => {
  if (event.target.closest?.('button[data-drawer]')) openDrawer();
  else if (event.defaultPrevented && event.target.closest?.('dialog.drawer a')) push({ drawer: true }, '');
});
addEventListener('popstate', (event) => { if (event.isTrusted) drawer?.close(); });
document.addEventListener('klog:drawn', () => { if (drawer) fillDrawer(); });
matchMedia('(min-width: 861px)').addEventListener('change', (wide) => { if (wide.matches) drawer?.close(); });
