"""What the processes that read pages are copied from: the parsers and the taxonomy, loaded once."""

from flows.document_parser import tagger

tagger()
