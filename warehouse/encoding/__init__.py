"""Encoding: texts cut to passages, models found, passages turned into vectors."""
