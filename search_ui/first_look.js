// The first look lies over Streamlit's page until the same view is drawn there; what was typed, asked and scrolled goes over to it.
(() => {
  const first = document.getElementById('first-look'), form = first.querySelector('form'), typed = form.elements.q;
  let isAsked = false;
  if (!matchMedia('(pointer: coarse)').matches) typed.focus({ preventScroll: true });
  first.scrollTop = history.state?.y ?? 0;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!typed.value.trim()) return;
    isAsked = true;
    first.classList.add('asked');
    history.replaceState({}, '', `?q=${encodeURIComponent(typed.value)}`); // Streamlit's first run reads it, if it is not too late
  });

  function handOver(box) {
    const { value, selectionStart, selectionEnd } = typed, isFocused = document.activeElement === typed, { scrollTop } = first;
    first.remove();
    const scroller = document.querySelector('[data-testid="stMain"]');
    if (scroller) scroller.scrollTop = scrollTop;
    if (!box) return;
    if (value !== box.value) {
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(box, value); // React overrides its own
      box.dispatchEvent(new Event('input', { bubbles: true }));
      if (isAsked) dispatchEvent(new PopStateEvent('popstate', { state: history.state }));
    }
    if (!isFocused) return;
    box.focus({ preventScroll: true });
    box.setSelectionRange(selectionStart, selectionEnd);
  }

  new MutationObserver((changes, observer) => {
    const drawn = document.querySelector('#root .stHtml h1'), box = document.querySelector('#root input[type="search"]');
    const hasFailed = document.querySelector('#root [data-testid="stException"]');
    if (!hasFailed && (!drawn || (!box && document.querySelector('#root [data-awaits-box]')))) return;
    observer.disconnect();
    handOver(box);
  }).observe(document.body, { childList: true, subtree: true });
})();
