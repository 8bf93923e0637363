// What a screen reader hears when a view has been drawn, and what everybody sees when something was copied.
const status = document.createElement('div');
status.className = 'announced';
status.setAttribute('role', 'status');
document.body.append(status);

function announce(text, { isShown = false } = {}) {
  status.classList.toggle('shown', isShown);
  if (status.textContent !== text) status.textContent = text;
  if (isShown) setTimeout(() => status.classList.remove('shown'), 4000);
}

new MutationObserver(() => {
  if (!isStill()) return;
  const said = document.querySelector('.stHtml [data-announce]') ?? document.querySelector('.stHtml h1');
  if (said && !status.classList.contains('shown')) announce(said.textContent);
  document.dispatchEvent(new Event('klog:drawn'));
}).observe(app(), { attributes: true, attributeFilter: ['data-test-script-state'] });

// `data-copy` is a text; a relative address is copied whole, so that it opens elsewhere.
document.addEventListener('click', async (event) => {
  const button = event.target.closest?.('button[data-copy]');
  if (!button) return;
  const text = button.dataset.copy.startsWith('?') ? new URL(button.dataset.copy, location.href).href : button.dataset.copy;
  try {
    await navigator.clipboard.writeText(text);
    announce(button.dataset.copied || 'Copied.', { isShown: true });
  } catch { // refused: the text is shown, selected
    openDialog('Copy this', (dialog) => {
      const field = document.createElement('textarea');
      field.readOnly = true;
      field.value = text;
      field.setAttribute('aria-label', 'Text to copy');
      dialog.append(field);
      setTimeout(() => field.select());
    });
  }
});

function openDialog(title, fill) {
  const dialog = document.createElement('dialog');
  dialog.className = 'stHtml';
  dialog.setAttribute('aria-label', title);
  const heading = document.createElement('h2');
  heading.textContent = title;
  const close = document.createElement('button');
  close.textContent = 'Close';
  close.className = 'close';
  close.addEventListener('click', () => dialog.close());
  dialog.append(close, heading);
  fill(dialog);
  dialog.addEventListener('close', () => dialog.remove()); // the browser has given the focus back, which may have moved on
  app().append(dialog);
  dialog.showModal();
  return dialog;
}
