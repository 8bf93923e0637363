"""The process from which parser processes are forked, with parsers and taxonomy loaded once."""

from flows.document_parser import tagger

tagger()
