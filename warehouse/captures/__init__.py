"""Captures: the WARC files of a home, written, read back, unpacked and repaired."""
