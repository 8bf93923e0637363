"""Lines of a PDF's pages: where paragraphs part, and what is no text."""

from flows.sources.pdf_lines import PdfLine, page_texts


def page(*lines: tuple[str, float, float]) -> list[PdfLine]:
    return [PdfLine(text, y, size) for text, y, size in lines]


def test_room_and_size_part_paragraphs_and_lines_of_one_stay_together() -> None:
    [text] = page_texts(
        [
            page(
                ("A talk", 780, 18),
                ("A Speaker, May 2010", 756, 11),
                ("The first line of a paragraph", 732, 11),
                ("and its second line.", 717, 11),
                ("A heading", 687, 11),
                ("More.", 657, 11),
            )
        ]
    )
    assert text == (
        "A talk\n\nA Speaker, May 2010\n\nThe first line of a paragraph\nand its second line.\n\nA heading\n\nMore."
    )


def test_wide_lines_of_one_distance_are_one_paragraph() -> None:
    [text] = page_texts([page(("one", 700, 11), ("two", 676, 11), ("three", 652, 11))])
    assert text == "one\ntwo\nthree"


def test_a_column_beside_begins_anew() -> None:
    [text] = page_texts([page(("left", 700, 11), ("more left", 686, 11), ("right", 700, 11))])
    assert text == "left\nmore left\n\nright"


def test_page_numbers_are_no_text() -> None:
    numbers = ["1", "- 2 -", "Page 3", "4 / 9", "5 of 9"]
    texts = page_texts(
        [page((f"Text {'abcde'[n]} here", 700, 11), (number, 40, 9)) for n, number in enumerate(numbers)]
    )
    assert texts == [f"Text {letter} here" for letter in "abcde"]


def test_a_head_on_every_page_is_kept_on_the_first_only() -> None:
    texts = page_texts([page((f"The talk {n}", 780, 9), (f"Words {'abc'[n]} of page", 700, 11)) for n in range(3)])
    assert texts[0].startswith("The talk 0")
    assert texts[1:] == ["Words b of page", "Words c of page"]


def test_figures_inside_a_page_stay() -> None:
    [text] = page_texts([page(("Lines changed:", 700, 11), ("2009", 686, 11), ("end", 672, 11))])
    assert text == "Lines changed:\n2009\nend"
