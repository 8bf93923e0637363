"""The colours of the charts."""

COLORS = ("#0b7a75", "#c8553d", "#5b6ee1", "#b8860b", "#8e4585", "#4f772d")
SERIES = [*COLORS, "#7a8b99", "#d4a373", "#3a86a8", "#a3b18a"]
"""The swatches in style.css have the same colours in the same order."""
MUTED = "#8a8a86"
