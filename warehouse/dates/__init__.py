"""Dates in sentences: the days a sentence refers to, and its tense."""
