"""Encoding: text cut into passages, models found, passages turned into vectors."""
