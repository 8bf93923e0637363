"""The sources: one file each, with its rule for addresses and its parser of pages."""
