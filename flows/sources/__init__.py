"""The sources: one file each, with the rule for its addresses and the parser of its pages."""
