"""Captures: the WARC files of a home, written, read back, decompressed and repaired."""
