"""The sources: one file each, with the addresses that are its and how its pages are read."""
