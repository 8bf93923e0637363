"""The module preloaded by the fork server, so that all parser processes share parsers, taxonomy and what versions are made of."""

from flows.document_parser import tagger
from flows.parser_versions import SHARED, modules_of
from flows.sources import registry

tagger()
for source in registry.SOURCES:
    modules_of([source.parse.__module__, *SHARED])
