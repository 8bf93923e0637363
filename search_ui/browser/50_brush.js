// Bars of a histogram are links; dragging over several chooses their days together.
let brushing = null;

function barsBetween(one, other) {
  const bars = [...one.parentElement.children];
  const [from, to] = [bars.indexOf(one), bars.indexOf(other)].sort((a, b) => a - b);
  return bars.slice(from, to + 1);
}

function barAt(event) {
  const bars = [...brushing.parentElement.children];
  return bars.find((bar) => event.clientX <= bar.getBoundingClientRect().right) ?? bars.at(-1);
}

document.addEventListener('pointerdown', (event) => {
  const bar = event.target.closest?.('.histogram .bars > [data-first]');
  if (bar && !event.button) brushing = bar;
});
document.addEventListener('pointermove', (event) => {
  if (!brushing?.isConnected) return;
  const chosen = barsBetween(brushing, barAt(event));
  for (const bar of brushing.parentElement.children) bar.classList.toggle('brushed', chosen.length > 1 && chosen.includes(bar));
});
document.addEventListener('pointerup', (event) => {
  const from = brushing;
  brushing = null;
  if (!from?.isConnected) return;
  for (const bar of from.parentElement.children) bar.classList.remove('brushed');
  brushing = from;
  const to = barAt(event);
  brushing = null;
  if (to === from) return; // a click, which follows the link
  const chosen = barsBetween(from, to), address = new URLSearchParams(from.parentElement.dataset.address);
  address.set('after', chosen[0].dataset.first);
  address.set('before', chosen.at(-1).dataset.last);
  visit(`?${address}`);
});
document.addEventListener('pointercancel', () => { brushing = null; });
document.addEventListener('dragstart', (event) => { if (event.target.closest?.('.histogram')) event.preventDefault(); });
