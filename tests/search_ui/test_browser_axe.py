"""axe finds nothing, of any impact, in any view, in light and dark, wide and narrow, and no view is wider than its window."""

from contextlib import suppress
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from search_ui.pictures.take import WIDER
from tests.search_ui.watched import Watched

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
VIEWS = (
    "", "?q=file+systems", "?version=2.6.33", "?q=zzyzx&mode=keyword", "?like=issue-1009874", "?view=document&id=issue-1009874",
    "?view=document&id=mail-b5001103fe93&passage=nope", "?view=document&id=nope", "?view=timeline", "?view=timeline&topic=xen&topic=kvm",
    "?view=timeline&by=anything&of=topic:Xen&of=topic:KVM&zoom=year", "?view=timeline&by=question&q=Xen+Dom0+support",
    "?view=timeline&next=issue-1009874", "?view=timeline&next=nope", "?view=sql", "?view=sql&sql=SELECT+kind,+count(*)+AS+n+FROM+documents+GROUP+BY+1",
    "?view=browse&of=calendar&kinds=all", "?view=browse&of=calendar&month=2011-09", "?view=browse&of=topics", "?view=browse&of=people",
    "?view=browse&of=projects", "?view=browse&of=releases", "?view=topic&id=big-kernel-lock", "?view=person&id=linus-torvalds",
    "?view=project&id=nouveau", "?view=release&id=2.6.38", "?view=topic&id=nope", "?view=about",
)  # fmt: skip
# A new width or colour scheme runs no script: it is drawn in the next frame, and colours fade from one scheme to the other.
DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
STILL = "document.getAnimations().every(one => one.playState !== 'running')"
# Both widths and both colour schemes; make soak looks at each with each, and at 640, which is 1280 at a zoom of 200 %.
FORMS = ((1280, "light"), (390, "dark"))
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def found_by_axe(page: Any, place: str) -> list[str]:
    found = page.evaluate("rules => axe.run(document, { ...rules, resultTypes: ['violations'] })", RULES)
    return [
        f"{place}: {rule['id']} ({rule['impact']}): {rule['nodes'][0]['html'][:160]}" for rule in found["violations"]
    ]


@pytest.mark.parametrize(
    "forms",
    [FORMS, pytest.param(tuple(product((1280, 640, 390), ("light", "dark"))), marks=pytest.mark.soak)],
    ids=["a form of each", "all forms"],
)
def test_axe_finds_nothing_and_every_view_has_one_heading(watched: Watched, forms: tuple[tuple[int, str], ...]) -> None:
    script = pytest.importorskip("axe_playwright_python.sync_playwright").Axe().axe_script
    wrong: list[str] = []
    page = watched.open()
    page.evaluate(script)
    for view in VIEWS:
        watched.go(view)
        if "sql=" in view:
            page.get_by_role("button", name="Run").click()
            page.locator("[data-testid=stDataFrame]").wait_for()
        page.locator(".stHtml h1").first.wait_for()
        if page.locator("h1").count() != 1:
            wrong.append(f"{view}: {page.locator('h1').all_inner_texts()}")
        for width, scheme in forms:
            page.set_viewport_size({"width": width, "height": 844})
            page.emulate_media(color_scheme=scheme)
            page.evaluate(DRAWN)
            page.wait_for_function(STILL)
            with suppress(PlaywrightTimeout):  # charts draw anew for the new size
                page.wait_for_function(f"({WIDER})().length === 0", timeout=10_000)
            wrong += [f"{view} {width}: wider than the window: {one}" for one in page.evaluate(WIDER)]
            wrong += found_by_axe(page, f"{view} {scheme} {width}")
    page.emulate_media(color_scheme="light")
    watched.go("?q=xen")
    page.locator("button[data-drawer]").click()
    wrong += found_by_axe(page, "drawer")
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys").wait_for()
    wrong += found_by_axe(page, "keys")
    assert wrong == []
