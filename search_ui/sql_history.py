"""The statements that a reader ran, newest first: kept by the browser, and known to nobody else."""

import hashlib

import streamlit as st

from search_ui.wording import escaped

# A fixed script: it writes statements as text, never as markup. It looks for a second, because answer and list may be drawn after it.
_SCRIPT = r"""<script>(() => {
  const KEY = 'klog.statements', MOST = 20;
  const read = () => { try { return JSON.parse(localStorage.getItem(KEY)) || []; } catch { return []; } };
  const keep = () => {
    const ran = document.querySelector('.sql-ran')?.textContent, kept = read();
    if (!ran || ran.length > 4000 || kept[0] === ran) return;
    try { localStorage.setItem(KEY, JSON.stringify([ran, ...kept.filter(one => one !== ran)].slice(0, MOST))); } catch { /* no room */ }
  };
  const list = () => {
    const links = read().filter(one => typeof one === 'string').map(one => {
      const item = document.createElement('li'), link = document.createElement('a');
      link.href = '?' + new URLSearchParams({view: 'sql', sql: one});
      link.textContent = one.replace(/\s+/g, ' ').slice(0, 160);
      item.append(link);
      return item;
    });
    if (links.length) document.querySelector('.sql-history')?.replaceChildren(...links);
  };
  let looks = 0;
  const again = setInterval(() => { keep(); list(); if (++looks === 8) clearInterval(again); }, 150);
})()</script>"""


def as_ran(statement: str) -> str:
    """Return a statement whose answer is shown as HTML that nobody sees, for the browser to keep."""
    return f'<span class="sql-ran">{escaped(statement)}</span>'


def show_history(ran: str = "") -> None:
    """Show the statements of this browser; `ran` was pressed, and is kept if its answer is shown (`as_ran`)."""
    with st.expander("History", key="history"):
        st.html(
            '<p class="hint">Kept in this browser only.</p><ol class="sql-history"><li class="hint">No statement was run here yet.</li></ol>'
        )
    # A script runs again only if its text is another one; the digest stands for the statement, which is not in it.
    once = hashlib.sha256(ran.encode("utf-8", "replace")).hexdigest()[:12]
    st.html(_SCRIPT.replace("(() => {", f"(() => {{ // {once}\n", 1), unsafe_allow_javascript=True)
