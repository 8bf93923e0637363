"""Dates in sentences, and timelines out of dated sentences: values in, values out."""
