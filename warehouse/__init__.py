"""The archive on disk: records, rules, storage, search and timelines."""
