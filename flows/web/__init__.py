"""Where pages come from: the only part of the project that touches the network."""
