"""Pure reading: bytes in, values out. Nothing here knows a site, a disk or a network."""
