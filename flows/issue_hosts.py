"""The hosts of The H, heise online UK and heise online, which published the column."""

ENGLISH = ("h-online.com", "heise-online.co.uk")
GERMAN = ("heise.de",)
