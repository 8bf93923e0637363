"""The frontier: every known address, its state, and what is due to be fetched, parsed, linked or forgotten."""
