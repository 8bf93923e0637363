"""Mentions in a text: topics, people, kernel releases, commits and projects, each with its exact range."""

from warehouse.mentions.find import find_mentions
from warehouse.mentions.taxonomy import Alias, Taxonomy, load_taxonomy, taxonomy_from_rows

__all__ = ["Alias", "Taxonomy", "find_mentions", "load_taxonomy", "taxonomy_from_rows"]
