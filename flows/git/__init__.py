"""Readers of local git repositories: the commits that issues cite."""
