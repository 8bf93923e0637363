"""The statements that a reader ran, newest first: kept by the browser, and known to nobody else."""

import streamlit as st

# A fixed script: it writes statements as text, never as markup. It looks for a second, because the list may be drawn after it.
_SCRIPT = """<script>(() => {
  const KEY = 'klog.statements', MOST = 20, ran = document.currentScript;
  const read = () => { try { return JSON.parse(localStorage.getItem(KEY)) || []; } catch { return []; } };
  const asked = new URLSearchParams(location.search).get('sql');
  if (document.querySelector('.sql-ran') && asked && asked.length < 4001) {
    const kept = [asked, ...read().filter(one => one !== asked)].slice(0, MOST);
    try { localStorage.setItem(KEY, JSON.stringify(kept)); } catch { /* no room, or not allowed */ }
  }
  let looks = 0;
  const again = setInterval(() => {
    const list = document.querySelector('.sql-history');
    if (list) {
      const links = read().filter(one => typeof one === 'string').map(one => {
        const item = document.createElement('li'), link = document.createElement('a');
        link.href = '?' + new URLSearchParams({view: 'sql', sql: one});
        link.textContent = one.replace(/\\s+/g, ' ').slice(0, 160);
        item.append(link);
        return item;
      });
      if (links.length) list.replaceChildren(...links);
    }
    if (list || ++looks === 8) clearInterval(again);
  }, 150);
})()</script>"""


def show_history() -> None:
    """Show the statements of this browser; the one in the address is added if an answer to it is shown."""
    with st.expander("History", key="history"):
        st.html(
            '<p class="hint">Kept in this browser only.</p><ol class="sql-history"><li class="hint">No statement was run here yet.</li></ol>'
        )
    st.html(_SCRIPT, unsafe_allow_javascript=True)
