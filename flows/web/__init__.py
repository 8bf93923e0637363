"""Origins of pages: the only package of the project that uses the network."""
