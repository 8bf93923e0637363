"""Exports of a release: tables as files, with metadata for other tools."""
