// Links of the page change the address without loading the page again, as Streamlit's own widgets do. Each entry of the history keeps
// how far it was scrolled, and Back and Forward go there; a new address begins at the place it names, or at its top.
const PATIENCE_MS = 30_000, STEADY_FRAMES = 25;
let settling = 0; // while another view is being drawn, its scrolling is not the reader's
let saving = 0;
let goesTo = ''; // what is focused once the view is drawn, if its own element is gone
let ours = false; // whether the change of history is a link's, not a widget's

const scroller = () => document.querySelector('[data-testid="stMain"]');
const app = () => document.querySelector('.stApp');
const isStill = () => app()?.dataset.testScriptState === 'notRunning';
const isConnected = () => app()?.dataset.testConnectionState === 'CONNECTED';

// The view of an earlier address is there until the script runs for this one.
function isDrawn() {
  const drawn = document.querySelector('nav.frame[data-drawn]')?.dataset.drawn;
  return isStill() && drawn !== undefined && parameters(drawn) === parameters(location.search);
}

function parameters(address) {
  const found = new URLSearchParams(address);
  for (const name of ['embed', 'embed_options']) found.delete(name); // Streamlit's own
  found.sort();
  return `${found}`;
}

function keepPlace() {
  clearTimeout(saving);
  if (!settling && scroller()) history.replaceState({ ...history.state, y: Math.round(scroller().scrollTop) }, '');
}

function visit(href, { replace = false } = {}) {
  if (!isConnected()) return location.assign(href);
  keepPlace();
  ours = true;
  history[replace ? 'replaceState' : 'pushState']({}, '', href);
  ours = false;
  dispatchEvent(new PopStateEvent('popstate', { state: history.state }));
}

function arrive({ toTop = false } = {}) {
  clearTimeout(saving);
  const mine = ++settling, y = history.state?.y, began = performance.now();
  let steady = 0;
  const stop = () => {
    if (settling !== mine) return;
    settling = 0;
    saving = setTimeout(keepPlace, 120);
  };
  const look = () => {
    if (settling !== mine) return;
    if (performance.now() - began > PATIENCE_MS) return stop();
    if (isDrawn() && scroller()) {
      const isFocused = settleFocus();
      const before = scroller().scrollTop;
      const named = document.querySelector('mark.here, li.here, details.captures[open]');
      if (y !== undefined) scroller().scrollTop = y;
      else if (named) named.scrollIntoView({ block: named.matches('details') ? 'start' : 'center' });
      else if (toTop) scroller().scrollTop = 0;
      toTop = false;
      steady = Math.abs(scroller().scrollTop - before) < 1 ? steady + 1 : 0;
      if (isFocused && steady > STEADY_FRAMES) return stop(); // what arrives later, such as a chart, may still push the place down
    }
    requestAnimationFrame(look);
  };
  for (const by of ['wheel', 'touchmove', 'keydown', 'pointerdown']) addEventListener(by, stop, { once: true, passive: true });
  requestAnimationFrame(look);
}

// A link that was followed is gone with its view: without this, the keyboard would begin at the page's top again.
function settleFocus() {
  if (document.activeElement && document.activeElement !== document.body && document.activeElement.isConnected) return true;
  const box = document.querySelector('input[type="search"]'), heading = document.querySelector('.stHtml h1');
  if (!box && document.querySelector('.stHtml [data-awaits-box]')) return false;
  const chosen = goesTo && document.querySelector(goesTo);
  const isAsked = box?.value || new URLSearchParams(location.search).get('q'); // a box that was just drawn has no value yet
  const place = chosen || (box && !isAsked && !matchMedia('(pointer: coarse)').matches ? box : heading);
  goesTo = '';
  if (!place) return false;
  if (place === heading) heading.tabIndex = -1;
  place.focus({ preventScroll: true });
  return true;
}

document.addEventListener('click', (event) => {
  const link = event.target.closest?.('.stHtml a[href^="?"]');
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  visit(link.getAttribute('href'), { replace: Boolean(link.closest('dialog')) });
});
document.addEventListener('scroll', (event) => {
  if (event.target !== scroller()) return;
  clearTimeout(saving);
  saving = setTimeout(keepPlace, 120);
}, true);
addEventListener('popstate', () => arrive({ toTop: true }));
addEventListener('beforeunload', keepPlace);

const push = history.pushState.bind(history);
history.pushState = (...entry) => { // a widget's change of the address keeps the place, unless the address names another
  push(...entry);
  if (!ours) arrive();
};
history.scrollRestoration = 'manual';
arrive();
