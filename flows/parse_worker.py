"""The module preloaded by the fork server, so that all parser processes share parsers and taxonomy."""

from flows.document_parser import tagger

tagger()
