"""Pure functions for reading pages: bytes in, values out, without files or the network, for no particular site."""
