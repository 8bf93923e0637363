"""Published releases: written, checked, swapped in, compared."""
