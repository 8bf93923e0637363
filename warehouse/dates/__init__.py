"""Dates in sentences: which days a sentence speaks of, and in which tense."""
