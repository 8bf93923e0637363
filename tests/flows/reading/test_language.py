"""English, German, or what the page says."""

from flows.reading.language import language_of


def test_german_is_known_by_its_little_words() -> None:
    text = "Der Treiber ist mit dem Kernel 2.6.29 und auch für die Karten von AMD nicht neu, sondern wird auf ein altes Gerüst gesetzt."

    assert language_of(text, "en") == "de"


def test_english_is_known_by_its_little_words() -> None:
    assert language_of("This is the driver that was merged for the kernel and is not for the others.", "de") == "en"


def test_a_short_text_is_believed_less_than_its_page() -> None:
    assert language_of("Linux 3.0", "fr") == "fr"
    assert language_of("") == "en"
