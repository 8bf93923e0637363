"""Issues: one article whatever its markup, with its sections, boxes, tables and bullets."""

import subprocess
import sys
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from tests.flows.sources.made_issues import TEXT, article, capture, outline, read
from warehouse.errors import PageSetAside
from warehouse.records import Document

MARKUPS = ("plain", "cms", "table")


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> list[Document]:
    """The real issue in three markups, read."""
    tool = Path(__file__).parents[5] / "shared" / "tools" / "make_seed_warc.py"
    if not tool.is_file():
        pytest.skip("../shared is not here; it holds the real issue, which the project does not ship")
    folder = tmp_path_factory.mktemp("seed")
    documents = []
    for markup in MARKUPS:
        out = folder / f"{markup}.warc.gz"
        subprocess.run([sys.executable, str(tool), str(out), "--markup", markup], check=True, capture_output=True)
        with out.open("rb") as stream:
            for record in ArchiveIterator(stream):
                address = record.rec_headers.get_header("WARC-Target-URI")
                documents.append(read(capture(record.content_stream().read(), address)))
    return documents


def test_the_real_issue_is_one_issue_in_three_markups(seeds: list[Document]) -> None:
    first = seeds[0]
    for other in seeds[1:]:
        assert (other.title, other.sections, other.published_at, other.author) == (
            first.title,
            first.sections,
            first.published_at,
            first.author,
        )


def test_the_real_issue_has_its_sections_roles_and_nine_bullets_in_three_groups(seeds: list[Document]) -> None:
    for document in seeds:
        assert document.title == "Kernel Log: Morton questions acceptance of Xen Dom0 code; file systems for SSDs"
        assert outline(document) == [
            ("lead", None),
            ("body", "How the situation arose"),
            ("body", "Second attempt"),
            ("body", "SSDs and file systems"),
            ("kernel_status", "Kernel status"),
            ("in_brief", "In brief"),
        ]
        assert [(item.group_position, item.position) for item in document.sections[-1].items] == [
            *((0, 0), (0, 1)),
            *((1, 0), (1, 1), (1, 2), (1, 3)),
            *((2, 0), (2, 1), (2, 2)),
        ]
        assert document.sections[0].text.startswith("In his response to the invitation")
        assert document.sections[-1].text.endswith("by using the search function at The H Open Source.")
        assert document.author is None
        assert document.issue is not None
        assert document.issue.lead is None


def test_no_word_of_the_real_issue_is_lost_and_its_damage_is_its_own(seeds: list[Document]) -> None:
    for document in seeds:
        assert document.words is not None
        assert document.words.visible == document.words.kept + document.words.boilerplate
        assert document.words.damage_made == 0
        assert document.words.damage_found > 0
        assert "logo" not in "".join(section.text for section in document.sections)


@pytest.mark.parametrize(
    "heading",
    [
        "<h2>Kernel status</h2>",
        "<h4>Kernel status</h4>",
        "<p><b>Kernel status</b></p>",
        "<p><font size='3'><strong>Kernel status</strong></font></p>",
        "<div style='font-weight: bold'><b>Kernel status</b></div>",
        "<p>Kernel status</p>",
        "<b>Kernel status</b><br>",
        "<h3><img alt='Kernel Log logo - tiny'>Kernel status</h3>",
        "<h3>Kernel Log logo - tiny Kernel status</h3>",
    ],
)
def test_a_heading_is_known_in_any_markup(heading: str) -> None:
    document = read(capture(article(f"<p>{TEXT}</p>{heading}<p>{TEXT} Again.</p>")))
    assert outline(document) == [("lead", None), ("kernel_status", "Kernel status")]
    assert document.sections[1].text == f"{TEXT} Again."


@pytest.mark.parametrize(
    "box",
    [
        "<aside><h3>In detail</h3>{}</aside>",
        "<div><h4>In detail</h4>{}</div>",
        "<div class='any'><div><p><b>In detail</b></p>{}</div></div>",
        "<table align='right'><tr><td><b>In detail</b>{}</td></tr></table>",
        "<fieldset><h3>In detail</h3>{}</fieldset>",
    ],
)
def test_a_side_box_stands_apart_behind_its_section(box: str) -> None:
    inner = f"<p>{TEXT} In a box.</p>"
    body = f"<p>{TEXT}</p><h3>One</h3><p>{TEXT} One.</p>{box.format(inner)}<p>{TEXT} On.</p><h3>Two</h3><p>{TEXT}</p>"
    document = read(capture(article(body)))
    assert outline(document) == [("lead", None), ("body", "One"), ("sidebar", "In detail"), ("body", "Two")]
    assert document.sections[1].text == f"{TEXT} One.\n\n{TEXT} On."
    assert document.sections[2].text == f"{TEXT} In a box."


def test_sections_with_elements_of_their_own_are_no_boxes() -> None:
    wrapped = "".join(f"<div><h3>{name}</h3><p>{TEXT}</p></div>" for name in ("One", "Two", "Three"))
    document = read(capture(article(f"<p>{TEXT}</p>{wrapped}<p>{TEXT} The end.</p>")))
    assert [role for role, _ in outline(document)] == ["lead", "body", "body", "body"]


def test_a_table_of_figures_is_rows_apart() -> None:
    table = "<table><tr><th>Version</th><th>Files</th></tr><tr><td>2.6.29</td><td>9,000<sup>1</sup></td></tr></table>"
    document = read(capture(article(f"<p>{TEXT}</p>{table}<p>{TEXT} On.</p>")))
    assert outline(document) == [("lead", None), ("table", None)]
    assert document.sections[0].text == f"{TEXT}\n\n{TEXT} On."
    assert document.sections[1].text == "Version\tFiles\n2.6.29\t9,000 1"


def test_a_page_without_an_article_is_set_aside() -> None:
    with pytest.raises(PageSetAside) as error:
        read(capture("<html><body><nav><a href='/'>Home</a></nav></body></html>"))
    assert error.value.reason == "no_text"
